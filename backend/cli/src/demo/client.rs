//! A person at a console, as far as the API can tell: signs in, keeps the cookie, sends the CSRF token.

use std::time::Duration;

use backend_api::problem::Problem;
use backend_api::session::{Session, SessionCreate};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A request that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The node could not be reached, or spoke no HTTP.
    #[error("{url}: {detail}")]
    Transport {
        /// Which address.
        url: String,
        /// Why.
        detail: String,
    },
    /// The node said no, with a problem document.
    #[error("{url}: {} {}: {} {} [{}]", .problem.status, .problem.code, .problem.title, .problem.detail, .problem.trace_id)]
    Problem {
        /// Which address.
        url: String,
        /// What it said.
        problem: Box<Problem>,
    },
    /// The answer is not what the API document promises.
    #[error("{url}: unexpected answer: {detail}")]
    Answer {
        /// Which address.
        url: String,
        /// What is wrong with it.
        detail: String,
    },
}

impl ClientError {
    /// The code of the problem document, if that is what it is.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem { problem, .. } => Some(&problem.code),
            _ => None,
        }
    }
}

/// One person's session with one node.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    cookie: String,
    csrf: String,
    /// Name of the account.
    pub username: String,
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(180)))
        .build()
        .into()
}

impl Client {
    /// Signs in.
    pub fn login(base: &str, username: &str, password: &str) -> Result<Self, ClientError> {
        let mut client = Self {
            agent: agent(),
            base: base.to_owned(),
            cookie: String::new(),
            csrf: String::new(),
            username: username.to_owned(),
        };
        let url = format!("{base}/v1/session");
        let body = SessionCreate { username: username.to_owned(), password: password.to_owned() };
        let transport = |e: ureq::Error| ClientError::Transport { url: url.clone(), detail: e.to_string() };
        let mut response = client.agent.post(&url).send_json(&body).map_err(transport)?;
        let cookies: Vec<String> = response
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|v| v.to_str().ok()?.split(';').next().map(str::to_owned))
            .collect();
        let text = response.body_mut().read_to_string().map_err(transport)?;
        let session: Session = read(&url, response.status().as_u16(), &text)?;
        client.cookie = cookies.join("; ");
        client.csrf = session.csrf_token;
        Ok(client)
    }

    /// GET.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let (status, bytes) = self.bytes(path)?;
        read(&self.url(path), status, &String::from_utf8_lossy(&bytes))
    }

    /// GET of a file.
    pub fn download(&self, path: &str) -> Result<Vec<u8>, ClientError> {
        let (status, bytes) = self.bytes(path)?;
        if status == 200 {
            return Ok(bytes);
        }
        read::<serde_json::Value>(&self.url(path), status, &String::from_utf8_lossy(&bytes)).map(|_| bytes)
    }

    /// POST.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ClientError> {
        self.send(self.agent.post(self.url(path)), path, body)
    }

    /// PUT.
    pub fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ClientError> {
        self.send(self.agent.put(self.url(path)), path, body)
    }

    fn send<T: DeserializeOwned>(
        &self,
        request: ureq::RequestBuilder<ureq::typestate::WithBody>,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let url = self.url(path);
        let transport = |e: ureq::Error| ClientError::Transport { url: url.clone(), detail: e.to_string() };
        let mut response = request
            .header("Cookie", &self.cookie)
            .header("X-CSRF-Token", &self.csrf)
            .header("Idempotency-Key", uuid::Uuid::new_v4().to_string())
            .send_json(body)
            .map_err(transport)?;
        let text = response.body_mut().read_to_string().map_err(transport)?;
        read(&url, response.status().as_u16(), &text)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn bytes(&self, path: &str) -> Result<(u16, Vec<u8>), ClientError> {
        let url = self.url(path);
        let transport = |e: ureq::Error| ClientError::Transport { url: url.clone(), detail: e.to_string() };
        let mut response = self.agent.get(&url).header("Cookie", &self.cookie).call().map_err(transport)?;
        let limit = 1 << 30;
        let bytes = response.body_mut().with_config().limit(limit).read_to_vec().map_err(transport)?;
        Ok((response.status().as_u16(), bytes))
    }
}

/// Whether a node answers on its health address.
pub fn healthy(base: &str) -> bool {
    let quick: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(2))).build().into();
    quick.get(format!("{base}/health")).call().is_ok()
}

fn read<T: DeserializeOwned>(url: &str, status: u16, text: &str) -> Result<T, ClientError> {
    if (200..300).contains(&status) {
        let text = if text.is_empty() { "null" } else { text };
        return serde_json::from_str(text)
            .map_err(|e| ClientError::Answer { url: url.to_owned(), detail: e.to_string() });
    }
    match serde_json::from_str::<Problem>(text) {
        Ok(problem) => Err(ClientError::Problem { url: url.to_owned(), problem: Box::new(problem) }),
        Err(_) => Err(ClientError::Answer { url: url.to_owned(), detail: format!("status {status}") }),
    }
}
