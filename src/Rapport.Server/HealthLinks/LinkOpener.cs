using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.Server.Outbound;

namespace Rapport.Server.HealthLinks;

/// <summary>
/// Opens SMART Health Links: asks for the manifest, fetches its files, and opens them with the link's key. All of them or none; the link itself is kept nowhere. Its server is told a name of this program, never
/// whose record it is for. Thread safe.
/// </summary>
internal sealed class LinkOpener(OutboundClient client, TimeProvider clock) : IDisposable
{
    /// <summary>The most bytes behind one link, sealed and in clear.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    /// <summary>The most bytes that what it gave has as a source.</summary>
    public const int MostWritten = (MostBytes / 3 * 4) + (64 * 1024);

    /// <summary>How long opening one may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private const string Recipient = "Rapport, for the patient";
    private const int MostAtOnce = 16;
    private const int EmbeddedLengthMax = 4 * 1024 * 1024;
    private const string Jose = "application/jose";

    private readonly SemaphoreSlim _gate = new(MostAtOnce);
    private readonly ConcurrentDictionary<PersonId, bool> _opening = new();

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    /// <summary>Opens a link. A person opens one after the other: slow ones of theirs keep nobody else out.</summary>
    /// <param name="person">On whose behalf.</param>
    /// <param name="link">The link.</param>
    /// <param name="passcode">What its maker told by another way; null for none.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<LinkOpening> OpenAsync(PersonId person, HealthLink link, string? passcode, CancellationToken cancel)
    {
        if (link.Expires <= clock.GetUtcNow())
        {
            return LinkOpening.Failed(LinkFault.Expired);
        }

        if (link.NeedsPasscode && string.IsNullOrEmpty(passcode))
        {
            return LinkOpening.Failed(LinkFault.PasscodeNeeded);
        }

        if (!_opening.TryAdd(person, true))
        {
            return LinkOpening.Failed(LinkFault.Busy);
        }

        try
        {
            return await OpenInTurnAsync(person, link, passcode, cancel);
        }
        finally
        {
            _opening.TryRemove(person, out _);
        }
    }

    private async Task<LinkOpening> OpenInTurnAsync(PersonId person, HealthLink link, string? passcode, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await _gate.WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return LinkOpening.Failed(LinkFault.Busy);
        }

        try
        {
            return await new Opening(client, person, link, both.Token).RunAsync(string.IsNullOrEmpty(passcode) ? null : passcode);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return LinkOpening.Failed(LinkFault.TooSlow);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>One link that is being opened.</summary>
    private sealed class Opening(OutboundClient client, PersonId person, HealthLink link, CancellationToken cancel)
    {
        private readonly List<OpenedFile> _files = [];
        private int _sealedLeft = MostBytes;
        private int _clearLeft = MostBytes;

        internal async Task<LinkOpening> RunAsync(string? passcode)
        {
            if (link.IsDirect)
            {
                var answer = await AskAsync(new OutboundRequest(Direct(link.Address)) { Accept = $"{Jose}, */*;q=0.5" });
                return FaultOf(answer, passcode) ?? Add(Text(answer), null) ?? Opened(link.MayChange, []);
            }

            var ask = new ManifestRequest(Recipient, passcode, EmbeddedLengthMax);
            var told = await AskAsync(new OutboundRequest(link.Address) { Json = JsonSerializer.SerializeToUtf8Bytes(ask, LinkJson.Default.ManifestRequest) });
            return FaultOf(told, passcode) ?? (LinkManifest.Read(told.Body) is { } manifest ? await TakeAsync(manifest) : LinkOpening.Failed(LinkFault.NotUnderstood));
        }

        private async Task<LinkOpening> TakeAsync(LinkManifest manifest)
        {
            if (manifest.IsOver || manifest.Files.Count > LinkManifest.MostFiles)
            {
                return LinkOpening.Failed(manifest.IsOver ? LinkFault.Over : LinkFault.TooLarge);
            }

            foreach (var file in manifest.Files.Where(file => file.HasData))
            {
                var text = file.Embedded;
                if (text is null)
                {
                    var answer = await AskAsync(new OutboundRequest(file.Location!) { Accept = $"{Jose}, */*;q=0.5" });
                    if (FaultOf(answer, passcode: null) is { } refused)
                    {
                        return refused with { Fault = refused.Fault is LinkFault.PasscodeNeeded ? LinkFault.Refused : refused.Fault };
                    }

                    text = Text(answer);
                }

                if (Add(text, file.ContentType) is { } fault)
                {
                    return fault;
                }
            }

            return Opened(link.MayChange || manifest.MayChange, [.. manifest.Files.Where(file => !file.HasData).Select(file => file.ContentType)]);
        }

        private async Task<OutboundAnswer> AskAsync(OutboundRequest request)
        {
            var answer = await client.AskAsync(person, request with { MostBytes = _sealedLeft }, cancel);
            _sealedLeft -= answer.Body.Length;
            return answer;
        }

        private LinkOpening? Add(string sealedText, string? contentType)
        {
            if (SealedLinkFile.Open(link, sealedText, _clearLeft, out var mistake) is not { } file)
            {
                return LinkOpening.Failed(mistake switch
                {
                    LinkFileMistake.TooLarge => LinkFault.TooLarge,
                    LinkFileMistake.NotOpened => LinkFault.DoesNotOpen,
                    _ => LinkFault.NotUnderstood,
                });
            }

            _clearLeft -= file.Bytes.Length;
            _files.Add(file with { ContentType = contentType ?? file.ContentType });
            return null;
        }

        private LinkOpening Opened(bool mayChange, IReadOnlyList<string> left) => _files.Count == 0
            ? LinkOpening.Failed(LinkFault.NothingInIt)
            : new LinkOpening { Link = new OpenedLink(link.Host, mayChange, _files, left) };

        private static string Text(OutboundAnswer answer) => Encoding.ASCII.GetString(answer.Body);

        /// <summary>A link to one file names who asks in its address.</summary>
        private static Uri Direct(Uri address) =>
            new($"{address.AbsoluteUri}{(address.Query.Length > 0 ? "&" : "?")}recipient={Uri.EscapeDataString(Recipient)}");

        /// <summary>Why an answer is none; null when it is one.</summary>
        private static LinkOpening? FaultOf(OutboundAnswer answer, string? passcode) => answer switch
        {
            { Failure: { } failure } => LinkOpening.Failed(Of(failure)),
            { Status: 200 } => null,
            { Status: 401 } when passcode is null => LinkOpening.Failed(LinkFault.PasscodeNeeded),
            { Status: 401 } => new LinkOpening { Fault = LinkFault.WrongPasscode, AttemptsLeft = AttemptsLeft(answer.Body) },
            { Status: 404 or 410 } => LinkOpening.Failed(LinkFault.Over),
            { Status: 429 or 503 } => new LinkOpening { Fault = LinkFault.TooManyRequests, RetryAfter = answer.RetryAfter },
            _ => LinkOpening.Failed(LinkFault.Refused),
        };

        private static LinkFault Of(OutboundFailure failure) => failure switch
        {
            OutboundFailure.NotAsked => LinkFault.NotAsked,
            OutboundFailure.NotReachable or OutboundFailure.Misdirected => LinkFault.NotReachable,
            OutboundFailure.NotSecure => LinkFault.NotSecure,
            OutboundFailure.TooSlow => LinkFault.TooSlow,
            OutboundFailure.TooLarge => LinkFault.TooLarge,
            OutboundFailure.Broken => LinkFault.NotUnderstood,
            OutboundFailure.TooMany => LinkFault.Busy,
            _ => throw new ArgumentOutOfRangeException(nameof(failure)),
        };

        private static int? AttemptsLeft(byte[] body)
        {
            try
            {
                using var json = JsonDocument.Parse(body);
                return json.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("remainingAttempts", out var left)
                    && left.ValueKind == JsonValueKind.Number && left.TryGetInt32(out var number) && number is >= 0 and <= 10_000
                    ? number
                    : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}

/// <summary>What is sent to ask for a manifest.</summary>
internal sealed record ManifestRequest(string Recipient, string? Passcode, int EmbeddedLengthMax)
{
    /// <summary>Nothing: it holds a secret.</summary>
    public override string ToString() => nameof(ManifestRequest);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManifestRequest))]
internal sealed partial class LinkJson : JsonSerializerContext;
