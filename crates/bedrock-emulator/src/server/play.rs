//! Takes the steps of a fault on a socket, where no HTTP library stands in the way.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::fault::Step;

/// A connection on TCP, perhaps with TLS between.
pub(super) trait Socket: AsyncRead + AsyncWrite + Unpin {
    /// What is below.
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Socket for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Takes the steps one by one and closes the connection. `heard` says whether more than the request has come already.
///
/// # Errors
///
/// The client left before it was over.
pub(super) async fn play(steps: Vec<Step>, mut socket: impl Socket, heard: bool) -> io::Result<()> {
    for step in steps {
        match step {
            Step::Send(bytes) => {
                socket.write_all(&bytes).await?;
                socket.flush().await?;
            }
            Step::Repeat(bytes) => loop {
                socket.write_all(&bytes).await?;
                socket.flush().await?;
            },
            Step::Pause(time) => tokio::time::sleep(time).await,
            Step::Hear if heard => {}
            Step::Hear => drop(socket.read(&mut [0; 1]).await?),
            Step::Stall => while socket.read(&mut [0; 1024]).await? > 0 {},
            Step::Reset => return reset(socket.tcp()),
        }
    }
    socket.shutdown().await
}

/// Makes the end of a connection a reset.
pub(super) fn reset(stream: &TcpStream) -> io::Result<()> {
    stream.set_zero_linger()
}
