using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing.SeriesTerms;

namespace Rapport.Server.Pages.Sharing;

/// <summary>
/// What a patient agrees to on the share pages, and how it stands in an R4 Consent: one root provision that permits kinds, series or everything, of some days or of any, or single entries; or what is related to an
/// entry, with one provision in it that permits the entry itself. Provisions in it that deny name entries and series that stay home; further ones that
/// permit name series of another kind each. A consent of another shape (made through the API) has no terms, and is shown as the resource it is.
/// </summary>
public sealed record SharingTerms
{
    private static readonly HashSet<string> Understood = ["id", "type", "period", "actor", "action", "purpose", "class", "code", "securityLabel", "data", "dataPeriod", "provision"];

    /// <summary>What a consent may say beside its provision without saying more than these terms.</summary>
    private static readonly HashSet<string> UnderstoodAround =
        ["id", "meta", "extension", "modifierExtension", "status", "scope", "category", "patient", "dateTime", "performer", "policyRule", "provision"];

    /// <summary>How the consent names whom it is for.</summary>
    public required string Recipient { get; init; }

    /// <summary>Their name as the patient knew it then.</summary>
    public required string RecipientName { get; init; }

    /// <summary>HL7 purpose of use.</summary>
    public required string Purpose { get; init; }

    /// <summary>The FHIR types; null for all, those that come later among them.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>The sensitive labels whose entries go along.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The FHIR reference of the one entry that it is about; null when it is about kinds.</summary>
    public string? Entry { get; init; }

    /// <summary>What that entry is, as the patient knew it then.</summary>
    public string? EntryName { get; init; }

    /// <summary>
    /// The references whatever is of <see cref="Types"/> and stands in relation to goes along with <see cref="Entry"/>: the entry itself, and the visit it belongs to. None for the entry
    /// alone.
    /// </summary>
    public IReadOnlyList<string> Around { get; init; } = [];

    /// <summary>The entries that it is about when these are several, each chosen by name; none when it is about kinds, or <see cref="Entry"/>.</summary>
    public IReadOnlyList<NamedEntry> Entries { get; init; } = [];

    /// <summary>Entries that stay home all the same, whatever else is agreed on with the recipient for the same purpose.</summary>
    public IReadOnlyList<NamedEntry> But { get; init; } = [];

    /// <summary>The series that it is about, of <see cref="Types"/>, those entries that come later among them; none when it is about kinds or entries.</summary>
    public IReadOnlyList<NamedSeries> Series { get; init; } = [];

    /// <summary>Series that stay home all the same, as <see cref="But"/> does, with what comes later.</summary>
    public IReadOnlyList<NamedSeries> ButSeries { get; init; } = [];

    /// <summary>Only what is dated on this day or later; null for any. What bears no date does not go along then.</summary>
    public DateOnly? DataFrom { get; init; }

    /// <summary>Only what is dated on this day or earlier; null for any.</summary>
    public DateOnly? DataTo { get; init; }

    /// <summary>Whether single entries go along and nothing else.</summary>
    public bool IsOfSingle => Entries.Count > 0 || (Entry is not null && Around.Count == 0);

    /// <summary>Whether what happened at some time goes along by its day: as the decision has it, only what lies wholly within, and nothing that bears no date.</summary>
    public bool IsOfItsDays(DateRange? when) => (DataFrom is null && DataTo is null)
        || (when is { } range && !(DataFrom?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) > DateTimeOffset.FromUnixTimeMilliseconds(range.Low)) && !(DataTo?.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) < DateTimeOffset.FromUnixTimeMilliseconds(range.High)));

    /// <summary>Whether days, series or entries limit what the kinds tell.</summary>
    public bool IsLimited => Entries.Count + But.Count + Series.Count + ButSeries.Count > 0 || DataFrom is not null || DataTo is not null;

    /// <summary>What the recipient may do beside seeing: of <see cref="SharingActions.All"/>.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>Whether the recipient is told that there may be more.</summary>
    public bool TellsOfMore { get; init; } = true;

    /// <summary>Which request of the recipient's it answers; null for none.</summary>
    public RequestId? Answers { get; init; }

    /// <summary>The first day, by the clock of the patient when they agreed; null for at once.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day, by the clock of the patient when they agreed; null until the patient stops it.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>How it ends before that.</summary>
    public SharingBounds Bounds { get; init; } = SharingBounds.None;

    /// <summary>The kinds that the types amount to; null for everything.</summary>
    public IReadOnlyList<Kind>? Kinds => Types is null ? null : [.. Kind.All.Where(kind => kind.TypesAmong(Types).Any())];

    /// <summary>The terms as a Consent, ready to be written. Its times are those of the patient's clock, and say how far that is from UTC: so a day ends when it ends for the patient, and is
    /// told as the same day to whoever reads it.</summary>
    /// <param name="patient">Who agrees, about their own record.</param>
    /// <param name="at">When.</param>
    public Resource ToConsent(PatientId patient, DateTimeOffset at) => ConsentJson.Checked(ToJson(patient, at));

    /// <summary>A digest of all that they say.</summary>
    /// <param name="patient">Whose they are.</param>
    public string Digest(PatientId patient) =>
        WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson(patient, DateTimeOffset.UnixEpoch).ToJsonString())).AsSpan(0, 16));

    /// <summary>The same, for terms that say more.</summary>
    /// <inheritdoc cref="ToConsent"/>
    internal JsonObject ToJson(PatientId patient, DateTimeOffset at)
    {
        var consent = ConsentJson.Of($"Patient/{patient}", SharingProvision.Written(TimeZones.Local(at)), SharingProvision.Of(this));
        if (!TellsOfMore)
        {
            ConsentJson.Extend(consent, ConsentJson.Extension(PatientConsent.QuietAboutMore, "valueBoolean", true));
        }

        if (Answers is { } request)
        {
            ConsentJson.Extend(consent, ConsentJson.Extension(PatientConsent.AnswersTo, "valueString", request.ToString()));
        }

        Bounds.Write(consent);
        return consent;
    }

    /// <summary>Whether nothing of a consent would be lost if these terms were written in its place.</summary>
    public static bool IsAllOf(Resource consent)
    {
        foreach (var child in consent.Root.Children)
        {
            if (!UnderstoodAround.Contains(child.Name) || (child.Name == "extension" && !IsUnderstood(child)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsUnderstood(Element extension) => extension.Text("url") switch
    {
        PatientConsent.QuietAboutMore => true,
        PatientConsent.AnswersTo => RequestId.TryParse(extension.Text("value"), out _),
        _ => false,
    };

    /// <summary>The terms of a consent; null when it says more than these terms can tell.</summary>
    public static SharingTerms? TryRead(Resource consent)
    {
        // Who acts for the patient is not told of in these terms.
        if (!consent.Root.TryGetChild("provision", out var provision) || SharingActions.TryRead(provision) is not { } actions
            || (provision.All("action").Count > 0 && provision.All("actor") is [var actor, ..] && RoleOf(actor) != "IRCP"))
        {
            return null;
        }

        return TryReadSeen(consent) is { } seen ? seen with { Actions = actions } : null;
    }

    /// <summary>What the recipient of a consent sees, whatever else it lets them do; null when these terms cannot tell it.</summary>
    internal static SharingTerms? TryReadSeen(Resource consent)
    {
        if (!consent.Root.TryGetChild("provision", out var provision) || provision.Text("type") != "permit")
        {
            return null;
        }

        foreach (var child in provision.Children)
        {
            if (!Understood.Contains(child.Name))
            {
                return null;
            }
        }

        if (provision.All("actor") is not [var actor] || !actor.TryGetChild("reference", out var reference)
            || reference.Text("reference") is not { } recipient || provision.All("purpose") is not [var purpose])
        {
            return null;
        }

        var types = provision.All("class").ConvertAll(coding => coding.Text("code") ?? "");
        List<string> labels = [.. provision.All("securityLabel").Select(label => label.Text("code") ?? "").Except(ConsentJson.OrdinaryLevels)];
        if (SharedData.TryRead(provision, types, labels) is not { } data || SharingBounds.TryRead(consent) is not { } bounds)
        {
            return null;
        }

        var period = provision.TryGetChild("period", out var found) ? found : default(Element?);
        return new SharingTerms
        {
            Recipient = recipient,
            RecipientName = reference.Text("display") ?? recipient,
            Purpose = purpose.Text("code") ?? "",
            Types = types.Count == 0 ? null : [.. types.Concat(data.Series.SelectMany(static series => series.Types ?? [])).Distinct()],
            Entry = data.Entry?.Reference,
            EntryName = data.Entry?.Name,
            Around = data.Around,
            Entries = data.Entries,
            But = data.But,
            Series = data.Series,
            ButSeries = data.ButSeries,
            DataFrom = data.From,
            DataTo = data.To,
            TellsOfMore = !consent.Root.All("extension").Exists(extension => extension.Text("url") == PatientConsent.QuietAboutMore && extension.Text("value") == "true"),
            Answers = AnsweredBy(consent),
            Labels = labels,
            From = Day(period?.Text("start")),
            Until = Day(period?.Text("end")),
            Bounds = bounds,
        };
    }

    private static string? RoleOf(Element actor) => actor.TryGetChild("role", out var role) && role.All("coding") is [var coding, ..] ? coding.Text("code") : null;

    private static RequestId? AnsweredBy(Resource consent) =>
        consent.Root.All("extension").Where(static extension => extension.Text("url") == PatientConsent.AnswersTo)
            .Select(static extension => RequestId.TryParse(extension.Text("value"), out var request) ? request : (RequestId?)null).FirstOrDefault();

    private static DateOnly? Day(string? date) => date is { Length: >= 10 } && DateOnly.TryParseExact(date.AsSpan(0, 10), "yyyy-MM-dd", out var day) ? day : null;
}
