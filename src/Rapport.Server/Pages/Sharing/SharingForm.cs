using Microsoft.Extensions.Primitives;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>What stands in the share form, as it was sent: nothing of it is checked yet.</summary>
public sealed record SharingForm
{
    /// <summary>Months that a share lasts when the patient does not say otherwise.</summary>
    private const int UsualMonths = 3;

    private const int MostText = 100;
    private const int MostCode = 32;
    private const int MostCodes = 64;

    /// <summary>The reference of the recipient.</summary>
    public string? Who { get; init; }

    /// <summary>What was typed to find someone.</summary>
    public string? Find { get; init; }

    /// <summary>An HL7 purpose; empty for the recipient's usual one.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>Whether everything is shared, kinds that come later among it.</summary>
    public bool Everything { get; init; }

    /// <summary>The names of the kinds.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = ["you", "places"];

    /// <summary>The sensitive labels that go along.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The first day as typed; empty for at once.</summary>
    public string From { get; init; } = "";

    /// <summary><c>months</c>, <c>year</c>, <c>day</c> or <c>open</c>.</summary>
    public string Lasting { get; init; } = "months";

    /// <summary>The last day as typed, for <c>day</c>.</summary>
    public string Until { get; init; } = "";

    public static SharingForm Read(IFormCollection form) => new()
    {
        Who = Text(form["who"]),
        Find = Text(form["find"]),
        Purpose = Text(form["purpose"]) ?? "",
        Everything = form["scope"] == "everything",
        Kinds = All(form["kind"]),
        Labels = All(form["label"]),
        From = Text(form["from"]) ?? "",
        Lasting = Text(form["lasting"]) ?? "months",
        Until = Text(form["until"]) ?? "",
    };

    /// <summary>The last day of a share that begins today and lasts the usual time.</summary>
    public static DateOnly UsualEnd(DateOnly today) => today.AddMonths(UsualMonths);

    /// <summary>The fields as they go along in the second step; empty ones are left out.</summary>
    public IEnumerable<(string Name, string Value)> Fields()
    {
        IEnumerable<(string, string?)> single =
        [
            ("who", Who), ("purpose", Purpose), ("scope", Everything ? "everything" : "kinds"), ("from", From), ("lasting", Lasting), ("until", Until),
        ];
        return single.Where(field => !string.IsNullOrEmpty(field.Item2)).Select(field => (field.Item1, field.Item2!))
            .Concat(Kinds.Select(kind => ("kind", kind)))
            .Concat(Labels.Select(label => ("label", label)));
    }

    /// <summary>The terms the form amounts to, or by field what is missing or wrong.</summary>
    /// <param name="recipient">Whom <see cref="Who"/> means; null for nobody.</param>
    /// <param name="typesInRecord">The FHIR types there are, for the kind that stands for what has no kind.</param>
    /// <param name="labelsInRecord">The labels there are.</param>
    /// <param name="today">The current day.</param>
    /// <param name="problems">What to tell, by field.</param>
    public SharingTerms? ToTerms(
        RecipientChoice? recipient, IReadOnlyCollection<string> typesInRecord, IReadOnlyCollection<string> labelsInRecord, DateOnly today, out Dictionary<string, string> problems)
    {
        problems = [];
        if (recipient is null)
        {
            problems["who"] = "Choose who it is for";
        }

        var purpose = Purpose.Length == 0 ? recipient?.UsualPurpose ?? "" : Purpose;
        if (recipient is not null && !SharingPurpose.All.Any(known => known.Code == purpose))
        {
            problems["purpose"] = "Choose what it is for";
        }

        var kinds = Kind.Shareable.Where(kind => Kinds.Contains(kind.Name)).ToList();
        if (!Everything && kinds.Count == 0)
        {
            problems["kinds"] = "Tick at least one kind, or choose everything";
        }

        var from = ReadDay(From, "from", "Write the first day like 2026-05-03, or leave it empty", problems);
        var until = Lasting switch
        {
            "open" => null,
            "year" => (from ?? today).AddYears(1),
            "day" => Until.Length == 0
                ? Problem(problems, "until", "Choose the last day")
                : ReadDay(Until, "until", "Write the last day like 2026-08-03", problems),
            _ => UsualEnd(from ?? today),
        };
        if (until < today)
        {
            problems["until"] = "That day is over; choose one that is still to come";
        }
        else if (from > until)
        {
            problems["until"] = "The last day comes before the first day";
        }

        return problems.Count > 0 ? null : new SharingTerms
        {
            Recipient = recipient!.Reference,
            RecipientName = recipient.Name,
            Purpose = purpose,
            Types = Everything ? null : [.. kinds.SelectMany(kind => kind == Kind.Other ? kind.TypesAmong(typesInRecord) : kind.Types)],
            Labels = [.. Labels.Where(labelsInRecord.Contains)],
            From = from > today ? from : null,
            Until = until,
        };
    }

    private static DateOnly? ReadDay(string text, string field, string problem, Dictionary<string, string> problems) =>
        text.Length == 0 ? null : DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) && day.Year is > 1900 and < 2200 ? day : Problem(problems, field, problem);

    private static DateOnly? Problem(Dictionary<string, string> problems, string field, string text)
    {
        problems[field] = text;
        return null;
    }

    /// <summary>What was sent travels in an address, so none of it may be longer than anybody means.</summary>
    private static string? Text(StringValues values) =>
        values.Count > 0 && values[0] is { } text && text.Trim() is { Length: > 0 } trimmed ? trimmed[..Math.Min(trimmed.Length, MostText)] : null;

    private static List<string> All(StringValues values) => [.. values.OfType<string>().Where(value => value.Length <= MostCode).Distinct().Take(MostCodes)];
}

/// <summary>Somebody whom a record can be shared with.</summary>
/// <param name="Reference">How the consent will name them.</param>
/// <param name="Name">Their name.</param>
/// <param name="About">What they are to the patient, or what they do and where.</param>
/// <param name="UsualPurpose">What they usually look at a record for.</param>
/// <param name="References">Every reference by which consents may mean them.</param>
/// <param name="IsOrganisation">Whether it is everyone who works somewhere, and not one person.</param>
public sealed record RecipientChoice(string Reference, string Name, string? About, string UsualPurpose, IReadOnlyList<string> References, bool IsOrganisation = false)
{
    /// <summary>Who it is, so that nobody takes an organisation for a person.</summary>
    public string Title => IsOrganisation ? $"Everyone at {Name}" : Name;

    /// <summary>Where it stands what organisations say of them; null for who is no professional.</summary>
    public string? ProfessionalPage => Reference.StartsWith("Practitioner/", StringComparison.Ordinal) ? "/professionals/" + Reference["Practitioner/".Length..] : null;

    /// <summary>The same inside a sentence.</summary>
    public string Told => IsOrganisation ? $"everyone at {Name}" : Name;
}

/// <summary>What a patient may agree to, in their words.</summary>
/// <param name="Code">HL7 purpose of use.</param>
/// <param name="Text">For the patient who chooses.</param>
/// <param name="About">What it covers.</param>
public sealed record SharingPurpose(string Code, string Text, string About)
{
    public static IReadOnlyList<SharingPurpose> All { get; } =
    [
        new("TREAT", "To treat me", "Looking after your health, also in an emergency."),
        new("CAREMGT", "To plan and arrange my care", "Referrals, appointments, care plans."),
        new("FAMRQT", "To help me as family or friend", "For carers and the people close to you."),
        new("PATRQT", "Because I ask them to", "A second opinion, advice, help as family."),
    ];
}
