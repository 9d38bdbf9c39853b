using System.Net.Sockets;
using System.Text;

namespace Rapport.Server.Tests.Api;

/// <summary>A connection on which a test says what no well-behaved client would.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();

    public static async Task<RawConnection> OpenAsync(Uri address, CancellationToken cancel)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(address.Host, address.Port, cancel);
        return connection;
    }

    public async Task SendAsync(string text, CancellationToken cancel) => await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), cancel);

    /// <summary>The status line and the headers.</summary>
    public async Task<string> ReadHeadAsync(CancellationToken cancel)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await _client.GetStream().ReadAsync(buffer, cancel);
            if (read == 0)
            {
                break;
            }

            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    public void Dispose() => _client.Dispose();
}
