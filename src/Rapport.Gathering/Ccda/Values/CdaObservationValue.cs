using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>The value of an observation, of any of CDA's data types, as the <c>value[x]</c> of FHIR that fits.</summary>
internal static class CdaObservationValue
{
    private static readonly Dictionary<string, Func<JsonObject, string, XElement, CdaValues, bool>> ByType = new()
    {
        ["PQ"] = PutQuantity,
        ["REAL"] = PutQuantity,
        ["MO"] = PutQuantity,
        ["INT"] = PutInteger,
        ["IVL_PQ"] = PutInterval,
        ["IVL_INT"] = PutInterval,
        ["IVL_REAL"] = PutInterval,
        ["RTO"] = PutRatio,
        ["RTO_PQ_PQ"] = PutRatio,
        ["TS"] = PutTime,
        ["IVL_TS"] = PutTime,
        ["BL"] = PutBoolean,
        ["CD"] = PutConcept,
        ["CE"] = PutConcept,
        ["CO"] = PutConcept,
        ["CV"] = PutConcept,
        ["CS"] = PutConcept,
        ["II"] = PutIdentifier,
    };

    /// <summary>Puts the value in as <c>nameQuantity</c>, <c>nameString</c> …; false when there is none.</summary>
    internal static bool Put(JsonObject json, string name, XElement value, CdaValues values)
    {
        var type = value.Type() ?? Guess(value);
        if (value.NullFlavor() is not null && !value.HasElements)
        {
            return false;
        }

        return ByType.TryGetValue(type, out var put) ? put(json, name, value, values) || PutText(json, name, value, values) : PutText(json, name, value, values);
    }

    /// <summary>A value that is put in, in words.</summary>
    internal static string InWords(JsonObject json)
    {
        var value = json.First().Value;
        return value switch
        {
            JsonObject quantity when quantity.ContainsKey("value") => $"{quantity["comparator"]}{quantity["value"]} {quantity["unit"]}".Trim(),
            JsonObject concept => CcdaPeople.TextOf(concept) ?? concept.ToJsonString(),
            _ => value?.ToString() ?? "",
        };
    }

    private static string Guess(XElement value) =>
        value.At("code") is not null || value.First("originalText") is not null ? "CD" : value.At("value") is not null ? "PQ" : value.First("low") is not null
            || value.First("high") is not null ? "IVL_PQ" : "ST";

    private static bool PutQuantity(JsonObject json, string name, XElement value, CdaValues values)
    {
        if (values.Quantity(value) is { } quantity)
        {
            json[name + "Quantity"] = quantity;
            return true;
        }

        if (value.At("value") is { } text)
        {
            json[name + "String"] = Words.Tidy($"{text} {value.At("unit")}");
            values.Convert($"`{text.Shorten(40)}` is no number: it was kept as words");
            return true;
        }

        return false;
    }

    private static bool PutInteger(JsonObject json, string name, XElement value, CdaValues values)
    {
        if (CdaValues.TryNumber(value.At("value"), out var number) && number == decimal.Truncate(number) && Math.Abs(number) <= int.MaxValue)
        {
            json[name + "Integer"] = (int)number;
            return true;
        }

        return PutQuantity(json, name, value, values);
    }

    private static bool PutInterval(JsonObject json, string name, XElement value, CdaValues values)
    {
        var range = values.Range(value);
        if (range is { Count: 2 })
        {
            json[name + "Range"] = range;
            return true;
        }

        if (values.Bounded(value) is { } bounded)
        {
            json[name + "Quantity"] = bounded;
            return true;
        }

        return values.Quantity(value.First("center")) is not null && PutQuantity(json, name, value.First("center")!, values);
    }

    private static bool PutRatio(JsonObject json, string name, XElement value, CdaValues values)
    {
        if (values.Ratio(value) is not { } ratio)
        {
            return false;
        }

        json[name + "Ratio"] = ratio;
        return true;
    }

    private static bool PutTime(JsonObject json, string name, XElement value, CdaValues values)
    {
        var before = json.Count;
        values.PutTime(json, name, value);
        return json.Count > before;
    }

    private static bool PutBoolean(JsonObject json, string name, XElement value, CdaValues values)
    {
        if (value.At("value") is not ("true" or "false"))
        {
            return false;
        }

        json[name + "Boolean"] = value.IsTrue("value");
        return true;
    }

    private static bool PutConcept(JsonObject json, string name, XElement value, CdaValues values)
    {
        if (values.Concept(value) is not { } concept)
        {
            return false;
        }

        json[name + "CodeableConcept"] = concept;
        return true;
    }

    private static bool PutIdentifier(JsonObject json, string name, XElement value, CdaValues values)
    {
        if (CdaId.Text(value) is not { } id)
        {
            return false;
        }

        json[name + "String"] = id;
        return true;
    }

    private static bool PutText(JsonObject json, string name, XElement value, CdaValues values)
    {
        if (values.Text(value) is not { } text)
        {
            return false;
        }

        json[name + "String"] = text;
        return true;
    }
}
