using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Emergency;

/// <summary>A patient's own emergency door: what they decided, what somebody would see through it now, and who came through it.</summary>
/// <param name="Rule">What they decided, or what holds where they decided nothing.</param>
/// <param name="Decided">The consent that says so; null where they decided nothing.</param>
/// <param name="Private">By sensitive label, how many entries there are of what they may see who decide.</param>
/// <param name="Openings">Who came through it, newest first.</param>
public sealed record OwnDoor(
    EmergencyRule Rule, StoredConsent? Decided, IReadOnlyList<(string Label, int Count)> Private, IReadOnlyList<OwnOpening> Openings)
{
    /// <summary>What somebody would see now and what would stay home, entry by entry, each with why; null where the door is closed, and for whoever looks after a child: what they read of entries stands in the ledger.</summary>
    public SharingSummary? Summary { get; private init; }

    /// <summary>For whoever looks after a child: by kind, how many of the entries that they may see themself somebody would see now, and how many would stay home; null where the door is closed, and for the patient.</summary>
    public (IReadOnlyList<(Kind Kind, int Count)> Seen, IReadOnlyList<(Kind Kind, int Count)> Home)? Sides { get; private init; }

    /// <summary>Whoever would open it.</summary>
    public static RecipientChoice Anyone => new("Practitioner/anyone", EmergencyText.WhoeverOpens, null, PurposeOfUse.BreakTheGlass, ["Practitioner/anyone"]);

    /// <summary>Reads all of it.</summary>
    public static async Task<OwnDoor> OfAsync(DoorKeeping keeping, PeopleModule people, DateTimeOffset now, CancellationToken cancel)
    {
        var consents = await keeping.ConsentsAsync(cancel);
        var rule = EmergencyRule.Of(consents.Select(consent => consent.Consent));
        var preview = rule.IsClosed ? null : await PreviewAsync(keeping, rule, cancel);
        var sight = await keeping.SightAsync(cancel);
        var labels = (sight is null ? (await keeping.OverviewAsync(cancel)).ByLabel : Labels(sight)).Where(label => SecurityLabels.IsSensitive("", label.Key));
        return new OwnDoor(
            rule,
            consents.FirstOrDefault(consent => consent.Consent is { Status: "active", Emergency: not null }),
            [.. labels.OrderBy(label => SecurityLabels.Describe("", label.Key), StringComparer.Ordinal).Select(label => (label.Key, label.Value))],
            await OpeningsAsync(consents, keeping.Patient, people, now, cancel))
        {
            Summary = preview is null || sight is not null ? null : SharingSummary.Of(preview, []),
            Sides = preview is null || sight is null ? null : (ChildsItems.Kinds(preview, sight, isSeen: true), ChildsItems.Kinds(preview, sight, isSeen: false)),
        };
    }

    /// <summary>What somebody who opened the door at this moment would see; null while it is closed.</summary>
    public static async Task<SharingPreview?> PreviewAsync(DoorKeeping keeping, CancellationToken cancel) =>
        EmergencyRule.Of((await keeping.ConsentsAsync(cancel)).Select(consent => consent.Consent)) is { IsClosed: false } rule ? await PreviewAsync(keeping, rule, cancel) : null;

    private static Task<SharingPreview> PreviewAsync(DoorKeeping keeping, EmergencyRule rule, CancellationToken cancel) => keeping.PreviewAsync(rule, Anyone.Name, BreakGlassEndpoints.OpenFor, cancel);

    /// <summary>Who came through the door lately or still may, newest first: what a patient must not miss. Asked by every page: where nobody did, nothing is opened and nothing asked of the database.</summary>
    public static async Task<IReadOnlyList<OwnOpening>> LatelyAsync(DoorKeeping keeping, PeopleModule people, DateTimeOffset now, CancellationToken cancel)
    {
        var opened = await keeping.ConsentsAsync(cancel);
        return await OpeningsAsync([.. opened.Where(opening => now - opening.Entry.LastUpdated < OwnOpening.Lately)], keeping.Patient, people, now, cancel);
    }

    /// <summary>By label, how many entries there are of what whoever looks after a child may see themself.</summary>
    private static Dictionary<string, int> Labels(SharingPreview sight) =>
        sight.Entries().Where(static entry => entry.Reason.Permitted).SelectMany(static entry => entry.Entry.Labels).CountBy(static label => label).ToDictionary();

    private static async Task<IReadOnlyList<OwnOpening>> OpeningsAsync(IReadOnlyList<StoredConsent> consents, PatientId patient, PeopleModule people, DateTimeOffset now, CancellationToken cancel)
    {
        var opened = consents.Where(consent => consent.Consent.BrokeGlassFor is not null).ToList();
        if (opened.Count == 0)
        {
            return [];
        }

        var told = (await people.Emergencies.OfPatientAsync(patient, cancel)).ToDictionary(opening => $"{patient}.{opening.Id}");
        return [.. opened.Select(consent => new OwnOpening(consent, told.GetValueOrDefault(consent.Entry.Id), consent.Consent is { Counts: true } open && open.ValidUntil > now))];
    }
}

/// <summary>That somebody came through the patient's door.</summary>
/// <param name="Consent">What stands for it in the record.</param>
/// <param name="Told">What was told of it to those who watch over it, and what they found; null where nothing is known of that.</param>
/// <param name="IsOpen">Whether it is open still.</param>
public sealed record OwnOpening(StoredConsent Consent, EmergencyOpening? Told, bool IsOpen)
{
    /// <summary>For how long a patient is told on other pages too: two weeks.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromDays(14);

    /// <summary>Who.</summary>
    public string Who => Told?.OpenedByName ?? Performer("display") ?? Performer("reference") ?? "";

    /// <summary>Where they work, as it was then.</summary>
    public IReadOnlyList<string> Organisations => [.. Consent.Resource.Root.All("organization").Select(organisation => organisation.Text("display")).OfType<string>()];

    /// <summary>When.</summary>
    public DateTimeOffset At => Consent.Consent.ValidFrom ?? Consent.Entry.LastUpdated;

    /// <summary>Until when it is open, or was meant to be.</summary>
    public DateTimeOffset Until => Consent.Consent.ValidUntil ?? Consent.Entry.LastUpdated;

    /// <summary>Why, in their words.</summary>
    public string Reason => Consent.Consent.BrokeGlassFor ?? "";

    /// <summary>The id it has within its record.</summary>
    public string LocalId => Consent.Entry.Id[(Consent.Entry.Id.IndexOf('.', StringComparison.Ordinal) + 1)..];

    private string? Performer(string name) => Consent.Resource.Root.All("performer") is [var performer, ..] ? performer.Text(name) : null;
}
