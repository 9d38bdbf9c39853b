using System.Net;
using System.Net.Sockets;
using System.Text;
using Rapport.Server.Notices.Mail;

namespace Rapport.Server.Tests.Notices;

/// <summary>A mail server on this machine, as much of SMTP as sending needs (RFC 5321): it keeps what it is given.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(string To, string Text)> _got = [];
    private Task _accepting = Task.CompletedTask;

    /// <summary>Whether it takes mail; else it says that it does not for now, and quotes the address as some do.</summary>
    public bool Takes { get; set; } = true;

    /// <summary>Mails as they came: to whom, headers and text.</summary>
    public IReadOnlyList<(string To, string Text)> Got
    {
        get
        {
            lock (_got)
            {
                return [.. _got];
            }
        }
    }

    public MailSettings Settings => new()
    {
        Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port, From = "rapport@server.example", Address = new Uri("https://server.example"),
    };

    public static MailServer Start()
    {
        var server = new MailServer();
        server._listener.Start();
        server._accepting = server.AcceptAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>Is there no more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        List<Task> talks = [];
        try
        {
            while (true)
            {
                talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var open = client;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        Task SayAsync(string line) => stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"), _stop.Token).AsTask();
        var to = "";
        try
        {
            await SayAsync("220 here");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                switch (line.Split(' ', ':')[0].ToUpperInvariant())
                {
                    case "RCPT" when !Takes:
                        await SayAsync($"451 not now for {line[8..]}");
                        break;
                    case "RCPT":
                        to = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                        await SayAsync("250 ok");
                        break;
                    case "DATA":
                        await SayAsync("354 go on");
                        var text = new StringBuilder();
                        while (await reader.ReadLineAsync(_stop.Token) is { } part && part != ".")
                        {
                            text.Append(part).Append('\n');
                        }

                        lock (_got)
                        {
                            _got.Add((to, text.ToString()));
                        }

                        await SayAsync("250 taken");
                        break;
                    case "QUIT":
                        await SayAsync("221 bye");
                        return;
                    default:
                        await SayAsync("250 ok");
                        break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Whoever sent has gone, or the test is over.
        }
    }
}
