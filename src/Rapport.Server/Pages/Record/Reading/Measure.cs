using System.Globalization;
using Rapport.Fhir;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>The numbers of one result, to be compared with others of its kind.</summary>
public sealed record Measure
{
    private const string Systolic = "8480-6";
    private const string Diastolic = "8462-4";

    /// <summary>Statuses of results that say nothing that holds.</summary>
    private static readonly HashSet<string> NotMeasured = ["entered-in-error", "cancelled"];

    /// <summary>What is the same for all results of one kind: the first code, else the words.</summary>
    public required string Key { get; init; }

    /// <summary>When it was measured, as FHIR wrote it.</summary>
    public required string DateText { get; init; }

    /// <summary>The same as a point in time; a date without a day begins its month or year.</summary>
    public required DateTime At { get; init; }

    /// <summary>One value, or several that were measured together.</summary>
    public required IReadOnlyList<MeasuredValue> Values { get; init; }

    /// <summary>All values in one line: both of a blood pressure as people say it.</summary>
    public string Said => Tell(Values);

    /// <inheritdoc cref="Said"/>
    internal static string Tell(IReadOnlyList<MeasuredValue> values) => values switch
    {
        [var upper, var lower] when AreOnePressure(upper.Key, lower.Key) && upper.Unit == lower.Unit => $"{upper.Said.Split(' ')[0]} / {lower.Said}",
        _ => string.Join(", ", values.Select(value => value.Said)),
    };

    /// <summary>The numbers of an observation; null when it has none or no date.</summary>
    public static Measure? Of(Resource resource)
    {
        var root = resource.Root;
        if (resource.TypeName != "Observation" || NotMeasured.Contains(root.Text("status") ?? "") || KeyOf(root) is not { } key
            || EntryReader.DateOf(root) is not { } date || FhirDate.At(date) is not { } at)
        {
            return null;
        }

        var values = new List<MeasuredValue>();
        if (ValueOf(root, key, "") is { } value)
        {
            values.Add(value);
        }

        if (SeriesReading.Mean(root) is { } mean && SeriesReading.MetricOf(root) is { } metric)
        {
            return ValueOf(mean, metric, "") is { } average ? new Measure { Key = key, DateText = date, At = at, Values = [average] } : null;
        }

        foreach (var component in root.All("component"))
        {
            if (KeyOf(component) is { } name && ValueOf(component, name, component.TryGetChild("code", out var code) ? ValueReader.Words(code) ?? "" : "") is { } part)
            {
                values.Add(part);
            }
        }

        // Blood pressure: the upper value first, whatever order they were written in.
        values.Sort((a, b) => Order(a).CompareTo(Order(b)));
        return values.Count == 0 ? null : new Measure { Key = key, DateText = date, At = at, Values = values };

        static int Order(MeasuredValue value) => value.Key.EndsWith("|" + Systolic, StringComparison.Ordinal) ? -1 : 0;
    }

    /// <summary>Whether two values belong in one picture: the two of a blood pressure.</summary>
    public static bool AreOnePressure(string one, string other) =>
        one.EndsWith("|" + Systolic, StringComparison.Ordinal) && other.EndsWith("|" + Diastolic, StringComparison.Ordinal);

    /// <summary>All codes of a result with their systems, for finding others of its kind; <c>system|code</c>.</summary>
    public static IReadOnlyList<string> CodesOf(Resource resource) => resource.Root.TryGetChild("code", out var code)
        ? [.. code.All("coding").Where(coding => coding.Text("code") is not null).Select(Token)]
        : [];

    private const decimal Largest = 1_000_000_000_000;

    private const int Decimals = 12;

    private static string? KeyOf(Element parent)
    {
        if (!parent.TryGetChild("code", out var code))
        {
            return null;
        }

        return code.All("coding").FirstOrDefault(coding => coding.Text("code") is not null) is { } first && first != default ? Token(first) : ValueReader.Words(code);
    }

    private static string Token(Element coding) => $"{coding.Text("system")}|{coding.Text("code")}";

    private static MeasuredValue? ValueOf(Element parent, string key, string name)
    {
        if (!parent.TryGetChild("value", out var value))
        {
            return null;
        }

        var isQuantity = value.TypeName == "Quantity";
        var written = isQuantity ? value.Text("value") : value.TypeName is "integer" or "decimal" ? value.GetString() : null;
        if (written is null || Number(written) is not { } number)
        {
            return null;
        }

        var unit = isQuantity ? Wording.Unit(value.Text("unit") ?? value.Text("code") ?? "") : "";
        return new MeasuredValue
        {
            Key = key,
            Name = name,
            Number = number,
            Unit = unit,
            Said = ValueReader.Words(value) ?? written,
            Range = RangeOf(parent, unit),
            Flag = EntryReader.Flag(parent),
        };
    }

    /// <summary>The usual range in the unit of the value; one for a special group of people is left to the entry itself.</summary>
    private static UsualRange? RangeOf(Element parent, string unit)
    {
        foreach (var range in parent.All("referenceRange"))
        {
            if (range.TryGetChild("type", out var type) && !type.All("coding").Exists(coding => coding.Text("code") == "normal"))
            {
                continue;
            }

            var low = Bound(range, "low", unit);
            var high = Bound(range, "high", unit);
            if (low is not null || high is not null)
            {
                return new UsualRange(low, high, ValueReader.Words(range) ?? RangeWords(low, high, unit));
            }
        }

        return null;
    }

    private static string RangeWords(decimal? low, decimal? high, string unit)
    {
        var (least, most) = (low is { } l ? ValueReader.Measured(l.ToString(CultureInfo.InvariantCulture), unit) : "", high is { } h ? ValueReader.Measured(h.ToString(CultureInfo.InvariantCulture), unit) : "");
        return low is null ? Say.Fill(ReadingText.UpTo, most) : high is null ? Say.Fill(ReadingText.From, least) : Say.Fill(ReadingText.FromTo, least, most);
    }

    private static decimal? Bound(Element range, string name, string unit) =>
        range.TryGetChild(name, out var bound) && Wording.Unit(bound.Text("unit") ?? bound.Text("code") ?? "") is var own && (own == unit || own.Length == 0)
            ? Number(bound.Text("value")) : null;

    /// <summary>A number to reckon with and to draw, which no body goes beyond: what is larger is told as it is written and not compared. Sums and quotients of two such are exact enough.</summary>
    private static decimal? Number(string? written) =>
        decimal.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= Largest ? Math.Round(number, Decimals) : null;
}

/// <summary>One number of a result.</summary>
public sealed record MeasuredValue
{
    /// <summary>What is measured, the same for all results of its kind.</summary>
    public required string Key { get; init; }

    /// <summary>What is measured, for people; empty when the title of the result says it.</summary>
    public required string Name { get; init; }

    /// <summary>The same in plain words, where it is a term of the glossary.</summary>
    public string PlainName => Name.Length == 0 ? "" : Glossary.Find([Key[(Key.LastIndexOf('|') + 1)..]], Name)?.Name ?? Name;

    public required decimal Number { get; init; }

    /// <summary>As people write it; empty for a bare number.</summary>
    public required string Unit { get; init; }

    /// <summary>The number with its unit, as people say it.</summary>
    public required string Said { get; init; }

    public UsualRange? Range { get; init; }

    /// <summary>What whoever measured it flagged it as: <c>high</c>.</summary>
    public string? Flag { get; init; }

    /// <summary>Below the usual range -1, above it 1, in it 0; null when no range is given.</summary>
    public int? Place => Range is null ? null : Number < Range.Low ? -1 : Number > Range.High ? 1 : 0;
}

/// <summary>The range that results usually lie in, as the laboratory gave it.</summary>
/// <param name="Low">Inclusive; null for none.</param>
/// <param name="High">Inclusive; null for none.</param>
/// <param name="Said">Both with their unit, as people say it.</param>
public sealed record UsualRange(decimal? Low, decimal? High, string Said);
