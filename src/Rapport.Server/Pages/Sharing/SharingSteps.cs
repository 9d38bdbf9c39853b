using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Sharing;

/// <summary>What every step needs: the record, the drafts, the clock. One for each request.</summary>
internal sealed class SharingSteps(RecordDoor door, PeopleModule people, SharingDrafts drafts, TimeProvider clock)
{
    /// <summary>Where the first step stands.</summary>
    public const string Who = "/share/new";

    /// <summary>Where the second stands.</summary>
    public const string What = "/share/what";

    /// <summary>Where the third stands.</summary>
    public const string Until = "/share/until";

    /// <summary>Where the last stands.</summary>
    public const string Review = "/share/review";

    private HttpContext? _http;
    private OwnAccess? _own;

    public PeopleModule People => people;

    public OwnAccess Own => _own!;

    public DraftReader Reader { get; private set; } = null!;

    public DateTimeOffset Now => clock.GetUtcNow();

    private PersonId Self => _http!.GetPerson().Id;

    /// <summary>Opens the caller's own record; false when they have none.</summary>
    public async Task<bool> OpenAsync(HttpContext http)
    {
        _http = http;
        _own = await door.OpenOwnAsync(http, TokenScopes.Share);
        if (_own is not null)
        {
            Reader = new DraftReader(http, _own, people, clock);
        }

        return _own is not null;
    }

    public SharingDraft? Unseal(string? draft) => drafts.Open(Self, draft);

    public string Seal(SharingDraft form) => drafts.Seal(Self, form);

    public SharingDraft Fit(SharingDraft form) => drafts.Fit(Self, form);

    /// <summary>What a sealed draft amounts to; null for none.</summary>
    public async Task<DraftReading?> ReadAsync(string? draft, CancellationToken cancel) => Unseal(draft) is { } form ? await Reader.ReadAsync(form, cancel) : null;

    /// <summary>On to another step.</summary>
    public SeeOther To(string step, SharingDraft form, string more = "") => new($"{step}?draft={Seal(form)}{more}");

    /// <summary>On to what a draft comes to now, which is what is agreed to there; told when it is another than was shown before.</summary>
    public SeeOther ToReview(DraftReading reading) => To(Review, reading.Draft with { Shown = reading.Terms?.Digest(Own.Patient) }, reading.Draft.Shown is null ? "" : "&check=1");

    /// <summary>Whether a draft comes to what was shown of it.</summary>
    public bool IsAsShown(DraftReading reading) => reading.Terms is { } terms && reading.Draft.Shown == terms.Digest(Own.Patient);

    /// <summary>Back to where sharing begins, with what was chosen as far as there is something.</summary>
    public SeeOther Begin(string? draft) => Unseal(draft) is { } form ? To(Who, form, "&check=1") : new SeeOther(Who);

    /// <summary>Back to the first step in which something is missing or wrong.</summary>
    public SeeOther ToMend(DraftReading? reading) => reading switch
    {
        null => new SeeOther(Who),
        { InWho.Count: > 0 } => To(Who, reading.Draft, "&check=1"),
        { InWhat.Count: > 0 } => To(What, reading.Draft, "&check=1"),
        _ => To(Until, reading.Draft, "&check=1"),
    };

    /// <summary>What the recipient would see, and what they see now.</summary>
    public async Task<(SharingPreview Then, SharingPreview Now)> PreviewAsync(DraftReading reading, CancellationToken cancel)
    {
        var (terms, recipient) = (reading.Terms!, reading.Recipient!);
        var actor = new Actor(Self, recipient.Reference, recipient.Name, recipient.References);
        var changed = reading.Draft.IsChange ? $"{Own.Patient}.{reading.Draft.Changes}" : null;
        var others = (await Own.ConsentsAsync(cancel)).Where(consent => consent.Entry.Id != changed).Select(consent => consent.Consent);

        // What begins later is looked at as if it had begun.
        var proposed = PatientConsent.ReadProposed((terms with { From = null }).ToConsent(Own.Patient, Now));
        return (await Own.PreviewAsync(actor, terms.Purpose, [.. others, proposed], cancel), await Own.PreviewAsync(actor, terms.Purpose, null, cancel));
    }

    /// <summary>Writes a new version of the agreement that a draft changes, unless it is not any more what was looked at.</summary>
    public async Task<ConsentWriteStatus> ReplaceAsync(SharingDraft form, Resource consent, CancellationToken cancel) =>
        LocalId.TryParse(form.Changes, out var local)
        && (await Own.ConsentsAsync(cancel)).Any(known => known.Entry.Id == $"{Own.Patient}.{local}" && known.Consent.Status == "active")
            ? (await Own.PutConsentAsync(local, consent, form.Version, cancel)).Status
            : ConsentWriteStatus.VersionConflict;
}
