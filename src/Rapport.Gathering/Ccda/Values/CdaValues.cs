using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>
/// Values of CDA's data types as FHIR's. What has to be changed on the way is told in <see cref="Converted"/>, one sentence each.
/// </summary>
internal sealed class CdaValues(CcdaTexts texts)
{
    private const string DataAbsent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
    private const int MostCodings = 20;

    // data-absent-reason of R4 for HL7's null flavours.
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["NI"] = "unknown",
        ["UNK"] = "unknown",
        ["ASKU"] = "asked-unknown",
        ["NAV"] = "temp-unknown",
        ["NASK"] = "not-asked",
        ["MSK"] = "masked",
        ["NA"] = "not-applicable",
        ["NP"] = "not-permitted",
        ["OTH"] = "unsupported",
        ["UNC"] = "as-text",
        ["NINF"] = "negative-infinity",
        ["PINF"] = "positive-infinity",
    };

    private readonly List<string> _converted = [];

    /// <summary>What was converted.</summary>
    internal IReadOnlyList<string> Converted => _converted;

    internal void Convert(string sentence)
    {
        if (_converted.Count < 30 && !_converted.Contains(sentence))
        {
            _converted.Add(sentence);
        }
    }

    /// <summary>FHIR's code for why there is no value.</summary>
    internal static string ReasonOf(string? nullFlavor) => nullFlavor is null ? "unknown" : Reasons.GetValueOrDefault(nullFlavor, "unknown");

    /// <summary>An element that is required and has no value, with the reason.</summary>
    internal static JsonObject Absent(string? nullFlavor) => new()
    {
        ["extension"] = R4.List(new JsonObject { ["url"] = DataAbsent, ["valueCode"] = ReasonOf(nullFlavor) }),
    };

    /// <summary>Words of an ED or ST: its own, else those of the narrative it refers to.</summary>
    internal string? Text(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        return Words.Own(element) ?? texts.Referred(element.First("reference").At("value")) ?? texts.Referred(element.First("originalText", "reference").At("value"));
    }

    /// <summary>A dateTime.</summary>
    internal string? Time(XElement? ts) => Time(ts.At("value"));

    internal string? Time(string? value)
    {
        var read = CdaTime.DateTime(value);
        if (read.Lost is { } sentence)
        {
            Convert(sentence);
        }

        return read.Value;
    }

    /// <summary>The one moment of a TS or IVL_TS: its value, else the middle, the start or the end.</summary>
    internal string? Moment(XElement? time) => Time(time) ?? Time(time.First("center")) ?? Time(time.First("low")) ?? Time(time.First("high"));

    internal string? Start(XElement? time) => Time(time) ?? Time(time.First("low"));

    internal string? End(XElement? time) => Time(time.First("high"));

    /// <summary>A Period; null when neither end is known.</summary>
    internal JsonObject? Period(XElement? time)
    {
        var (start, end) = (Start(time), End(time));
        if (start is not null && end is not null && IsBefore(end, start))
        {
            Convert($"the end `{end}` lies before the start `{start}`: it was left out");
            end = null;
        }

        return start is null && end is null ? null : R4.Period(start, end);
    }

    /// <summary>Puts a time in as <c>nameDateTime</c> or, when it has an end of its own, <c>namePeriod</c>.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="name">The element's name before its type.</param>
    /// <param name="time">The time.</param>
    /// <param name="goesOn">Whether a start without an end means that it goes on, as with a medicine, and not the moment, as with a result.</param>
    internal void PutTime(JsonObject json, string name, XElement? time, bool goesOn = false)
    {
        if (Period(time) is not { } period)
        {
            return;
        }

        var (start, end) = (period["start"]?.GetValue<string>(), period["end"]?.GetValue<string>());
        if ((end is null && time.First("high") is null && !(goesOn && time.First("low") is not null)) || start == end)
        {
            json[name + "DateTime"] = start ?? end;
        }
        else
        {
            json[name + "Period"] = period;
        }
    }

    /// <summary>A CodeableConcept; null when there is neither code nor words.</summary>
    internal JsonObject? Concept(XElement? code)
    {
        if (code is null)
        {
            return null;
        }

        var codings = new JsonArray();
        foreach (var each in code.Cdas("translation").Prepend(code).Take(MostCodings))
        {
            if (Coding(each) is { } coding && !codings.Any(known => known!["code"]!.GetValue<string>() == coding["code"]!.GetValue<string>()
                && known["system"]?.GetValue<string>() == coding["system"]?.GetValue<string>()))
            {
                codings.Add((JsonNode)coding);
            }
        }

        var text = Text(code.First("originalText")) ?? (codings.Count == 0 ? Words.Tidy(code.At("displayName")) ?? Text(code) ?? CodeOf(code) : null);
        text = Qualified(code, text, codings);
        return codings.Count == 0 && text is null ? null : new JsonObject().With("coding", codings).With("text", text);
    }

    /// <summary>One code; null when there is none.</summary>
    internal JsonObject? Coding(XElement? code)
    {
        if (CodeOf(code) is not { } value)
        {
            return null;
        }

        var system = CodeSystems.Uri(code.At("codeSystem"));
        if (system is null && CodeSystems.UriOfName(code.At("codeSystemName")) is { } named)
        {
            system = named;
            Convert($"the code `{value}` has a code system by name alone, `{code.At("codeSystemName")!.Shorten(60)}`: it was taken as `{system}`");
        }

        return R4.Coding(system, value, Words.Tidy(code.At("displayName")) ?? (system == CodeSystems.ActCode && value == "ASSERTION" ? "Assertion" : null));
    }

    /// <summary>The code alone, as FHIR allows it; null for none.</summary>
    internal static string? CodeOf(XElement? code) => code.At("code") is { Length: <= 200 } value && Words.Tidy(value) is { } tidy ? tidy : null;

    /// <summary>A Quantity; null when there is no number.</summary>
    internal JsonObject? Quantity(XElement? pq)
    {
        if (pq.At("value") is not { } text)
        {
            return null;
        }

        var (comparator, number) = SplitComparator(text);
        if (!TryNumber(number, out var value))
        {
            return null;
        }

        var quantity = Unit(R4.Quantity(value, null, null), pq.At("unit") ?? UnitOfTranslation(pq));
        return comparator is null ? quantity : Compared(quantity, comparator, text);
    }

    /// <summary>A number as CDA writes it: a comma may mean tenths or thousands, so one with a comma is none.</summary>
    internal static bool TryNumber(string? text, out decimal number)
    {
        number = 0;
        return text is { Length: <= 28 }
            && decimal.TryParse(text.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
            && Math.Abs(number) < 1_000_000_000_000_000m;
    }

    /// <summary>A quantity of one end of an interval, with the sign that says so.</summary>
    internal JsonObject? Bounded(XElement? interval)
    {
        var (low, high) = (interval.First("low"), interval.First("high"));
        if (Quantity(low) is { } least)
        {
            least.Insert(0, "comparator", low.At("inclusive") == "false" ? ">" : ">=");
            return least;
        }

        if (Quantity(high) is { } most)
        {
            most.Insert(0, "comparator", high.At("inclusive") == "false" ? "<" : "<=");
            return most;
        }

        return null;
    }

    /// <summary>A Range; null when neither end is known.</summary>
    internal JsonObject? Range(XElement? interval)
    {
        var range = new JsonObject().With("low", Quantity(interval.First("low"))).With("high", Quantity(interval.First("high")));
        return range.Count == 0 ? null : range;
    }

    /// <summary>A Ratio; null when both sides are not known.</summary>
    internal JsonObject? Ratio(XElement? ratio) =>
        Quantity(ratio.First("numerator")) is { } numerator && Quantity(ratio.First("denominator")) is { } denominator
            ? new JsonObject { ["numerator"] = numerator, ["denominator"] = denominator }
            : null;

    /// <summary>Notes as FHIR has them; none for null.</summary>
    internal static JsonArray Notes(params IEnumerable<string?> texts) =>
        [.. texts.OfType<string>().Distinct().Select(text => (JsonNode)new JsonObject { ["text"] = text })];

    private static bool IsBefore(string left, string right)
    {
        var length = Math.Min(10, Math.Min(left.Length, right.Length));
        if (string.CompareOrdinal(left[..length], right[..length]) is var order && order != 0 || left.Length <= 10 || right.Length <= 10)
        {
            return order < 0;
        }

        return DateTimeOffset.TryParse(left, out var a) && DateTimeOffset.TryParse(right, out var b) && a < b;
    }

    private JsonObject Unit(JsonObject quantity, string? unit)
    {
        if (Words.Tidy(unit) is not { } text || text == "1")
        {
            return quantity;
        }

        quantity["unit"] = text;
        if (Ucum.CodeOf(text) is not { } code)
        {
            return quantity;
        }

        if (code != text)
        {
            Convert($"the unit `{text}` is `{code}` in UCUM");
        }

        quantity["system"] = R4.Ucum;
        quantity["code"] = code;
        return quantity;
    }

    private static string? UnitOfTranslation(XElement? pq) => Words.Own(pq.First("translation", "originalText")) ?? pq.First("translation").At("displayName");

    private JsonObject Compared(JsonObject quantity, string comparator, string text)
    {
        Convert($"`{text.Shorten(40)}` became a number with the sign `{comparator}`");
        quantity.Insert(0, "comparator", comparator);
        return quantity;
    }

    private static (string? Comparator, string Number) SplitComparator(string text)
    {
        foreach (var sign in (ReadOnlySpan<string>)["<=", ">=", "<", ">"])
        {
            if (text.StartsWith(sign, StringComparison.Ordinal))
            {
                return (sign, text[sign.Length..].Trim());
            }
        }

        return (null, text);
    }

    /// <summary>FHIR has no qualifiers of codes: what they say is put into words.</summary>
    private string? Qualified(XElement code, string? text, JsonArray codings)
    {
        string[] qualifiers = [.. code.Cdas("qualifier").Take(10).Select(Qualifier).OfType<string>()];
        if (qualifiers.Length == 0)
        {
            return text;
        }

        Convert("FHIR has no qualifiers of codes: they stand in the words");
        return $"{text ?? codings.FirstOrDefault()?["display"]?.GetValue<string>() ?? CodeOf(code)} ({string.Join(", ", qualifiers)})".Trim();
    }

    private static string? Qualifier(XElement qualifier) =>
        (Words.Tidy(qualifier.First("value").At("displayName")) ?? CodeOf(qualifier.First("value"))) is { } value
            ? Words.Tidy(qualifier.First("name").At("displayName")) is { } name ? $"{name}: {value}" : value
            : null;
}
