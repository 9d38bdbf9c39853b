using System.Globalization;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Rapport.Data;
using Rapport.Server.Hosting;

namespace Rapport.Server.Notices.Mail;

/// <summary>
/// Sends mail by the operator's mail server. There are two mails: one asks to confirm an address, one says that something waits, and that one is the same for everybody but for the address and the link that stops it. Thread safe.
/// </summary>
internal sealed class MailSending(MailSettings settings, MailLinks links, Keyring keyring, TimeProvider clock, ILogger<MailSending> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), CheckPatience = TimeSpan.FromSeconds(5);

    /// <summary>Whether mail is sent at all.</summary>
    public bool IsOn => settings.IsOn;

    /// <summary>Whether a text is an address that mail can go to. Whether somebody has it shows when they confirm it.</summary>
    public static bool IsAddress(string text) =>
        text.Length is > 2 and <= People.NoticeChoices.MostAddress && text.All(static c => c is > ' ' and < '\x7f') && text.IndexOf('@', StringComparison.Ordinal) > 0
        && MailboxAddress.TryParse(text, out var address) && address.Address == text && address.Domain.Contains('.', StringComparison.Ordinal);

    /// <summary>Asks whoever has an address to confirm it. False when the mail server did not take it.</summary>
    public Task<bool> AskAsync(PersonId person, string address, SpokenLanguage language, DateTimeOffset askedAt, CancellationToken cancel)
    {
        var link = links.ConfirmOf(person, address, askedAt);
        var (subject, text) = NoticeWords.In(language, () => (NoticeText.ConfirmSubject, Say.Fill(NoticeText.ConfirmBody, settings.Address!.AbsoluteUri, link)));
        return SendAsync(Message(address, subject, text, $"ask\n{person}\n{askedAt.ToUnixTimeMilliseconds()}"), cancel);
    }

    /// <summary>Says that something waits. False when the mail server did not take it.</summary>
    public Task<bool> NoticeAsync(PersonId person, string address, SpokenLanguage language, DateTimeOffset since, CancellationToken cancel)
    {
        var stop = links.StopOf(person, address);
        var (subject, text) = NoticeWords.In(language, () => (NoticeText.SomethingWaits, Say.Fill(NoticeText.MailBody, settings.Address!.AbsoluteUri, stop)));
        var message = Message(address, subject, text, $"notice\n{person}\n{since.ToUnixTimeMilliseconds()}");

        // One click in the mail program, without a page between (RFC 8058).
        message.Headers.Add(HeaderId.ListUnsubscribe, $"<{stop}>");
        message.Headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click");
        return SendAsync(message, cancel);
    }

    /// <summary>Whether the mail server answers and lets the server in.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(CheckPatience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        return await WithServerAsync(static (_, _) => Task.CompletedTask, both.Token, cancel);
    }

    /// <param name="address">To whom.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="text">The text.</param>
    /// <param name="once">What the message is: sent a second time after a crash it has the same id, by which mail programs see that it is one.</param>
    private MimeMessage Message(string address, string subject, string text, string once)
    {
        var message = new MimeMessage();
        message.From.Add(new MailboxAddress("Rapport", settings.From!));
        message.To.Add(new MailboxAddress("", address));
        message.Subject = subject;
        message.Date = clock.GetUtcNow();
        message.MessageId = $"{Convert.ToHexStringLower(keyring.LookupHash("notice-mail", once).AsSpan(0, 16))}@{settings.Address!.IdnHost}";
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Body = new TextPart("plain") { Text = text };
        return message;
    }

    private async Task<bool> SendAsync(MimeMessage message, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        return IsOn && await WithServerAsync((client, stop) => client.SendAsync(message, stop), both.Token, cancel);
    }

    /// <summary>Does something with the mail server. Nothing of what it answers is logged: that may hold an address.</summary>
    private async Task<bool> WithServerAsync(Func<SmtpClient, CancellationToken, Task> work, CancellationToken stop, CancellationToken cancel)
    {
        try
        {
            using var client = new SmtpClient { Timeout = (int)Patience.TotalMilliseconds };
            await client.ConnectAsync(
                settings.Host!, settings.Port,
                settings.IsTlsFromTheBeginning ? SecureSocketOptions.SslOnConnect : settings.IsHere ? SecureSocketOptions.StartTlsWhenAvailable : SecureSocketOptions.StartTls, stop);
            if (settings.User is { } user)
            {
                await client.AuthenticateAsync(user, settings.Password ?? "", stop);
            }

            await work(client, stop);
            await client.DisconnectAsync(quit: true, stop);
            return true;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is ProtocolException or CommandException or ServiceNotConnectedException or ServiceNotAuthenticatedException or AuthenticationException
            or SslHandshakeException or SocketException or IOException or OperationCanceledException or NotSupportedException)
        {
            Log.MailFailed(log, e is SmtpCommandException refused ? ((int)refused.StatusCode).ToString(CultureInfo.InvariantCulture) : e.GetType().Name);
            return false;
        }
    }
}
