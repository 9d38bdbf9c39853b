using System.Text;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Outbound;

namespace Rapport.Server.Notices.Push;

/// <summary>What became of one notice to one device.</summary>
internal enum PushOutcome
{
    /// <summary>The push service has it.</summary>
    Sent,

    /// <summary>The device wants no more notices, or its address is none: it is forgotten.</summary>
    Gone,

    /// <summary>It may go better later.</summary>
    Later,
}

/// <summary>
/// Sends a notice to a browser by its push service (RFC 8030). What is sent says the same for everybody, at the same length, with the same headers: it tells a push service that something waits for somebody, and nothing of what or of whom. Thread safe.
/// </summary>
/// <remarks>The address is a browser's, that is anybody's: it is asked as <see cref="OutboundRules"/> allow, and nothing of the answer is read but how it went.</remarks>
internal sealed class PushSending(OutboundClient outbound, PushKey key)
{
    /// <summary>Bytes of what a browser reads, whatever the language.</summary>
    public const int Length = 192;

    /// <summary>For how many seconds a push service keeps it for a browser that is not there: three days.</summary>
    private const int KeptFor = 3 * 24 * 60 * 60;

    /// <summary>All notices are one matter: one that waits at the service gives way to the next.</summary>
    private const string Topic = "rapport";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether an address can be one of a push service at all.</summary>
    public static Uri? AddressOf(string text, OutboundRules rules) =>
        text.Length is > 0 and <= 2000 && Uri.TryCreate(text, UriKind.Absolute, out var address) && rules.MayAsk(address) ? address : null;

    /// <summary>Sends.</summary>
    /// <param name="person">Whose device it is.</param>
    /// <param name="device">Where to.</param>
    /// <param name="language">In which language.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(PushOutcome Outcome, TimeSpan? AskAfter)> SendAsync(PersonId person, NoticeDevice device, SpokenLanguage language, CancellationToken cancel)
    {
        var address = new Uri(device.Address);
        var answer = await outbound.AskAsync(
            person,
            new OutboundRequest(address)
            {
                Content = PushCipher.Encrypt(Encoding.UTF8.GetBytes(NoticeWords.In(language, static () => NoticeText.SomethingWaits)), Length, device.Key, device.Secret),
                Accept = "*/*",
                Headers =
                [
                    ("Authorization", await key.SignAsync(address, cancel)),
                    ("Content-Encoding", "aes128gcm"),
                    ("TTL", KeptFor.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                    ("Urgency", "normal"),
                    ("Topic", Topic),
                ],
                IsStatusEnough = true,
                Patience = Patience,
            },
            cancel);
        return (OutcomeOf(answer), answer.RetryAfter);
    }

    /// <summary>An address that is no more, or that nobody may ask, is not asked again; all else may pass.</summary>
    private static PushOutcome OutcomeOf(OutboundAnswer answer) => answer switch
    {
        { Failure: OutboundFailure.NotAsked } => PushOutcome.Gone,
        { Failure: not null } => PushOutcome.Later,
        { Status: >= 200 and < 300 } => PushOutcome.Sent,
        { Status: 404 or 410 } => PushOutcome.Gone,
        _ => PushOutcome.Later,
    };
}
