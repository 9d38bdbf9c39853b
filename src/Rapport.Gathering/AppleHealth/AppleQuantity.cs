using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Single values as the source has them.</summary>
internal static class AppleQuantity
{
    /// <summary>The value of a record; null when it has none that can be read, which is named as not taken.</summary>
    /// <param name="record">The record.</param>
    /// <param name="countIs">The unit that <c>count</c> stands for; null for a count.</param>
    /// <param name="export">The export.</param>
    /// <param name="converted">What was changed, in sentences.</param>
    internal static JsonObject? Of(AppleElement record, string? countIs, AppleExport export, out IReadOnlyList<string> converted)
    {
        converted = [];
        if (!AppleNumber.TryDecimal(record["value"], out var value))
        {
            export.Skip(record, NotTakenReason.NoValue);
            return null;
        }

        if (record["unit"] is not { } unit || AppleUnit.Find(unit) is not { } known)
        {
            export.Skip($"{record["type"]} in {record["unit"] ?? "no unit"}", NotTakenReason.UnknownUnit, record.Line);
            return null;
        }

        if ((value < 0 && !known.MayBeNegative) || (known.IsFraction && value > 1))
        {
            export.Skip(record, NotTakenReason.Implausible);
            return null;
        }

        if (unit == "count" && countIs is not null)
        {
            converted = [$"`count` is written as `{countIs}`, which is meant"];
            return R4.Quantity(value, countIs, countIs);
        }

        return With(value, unit, known, out converted);
    }

    /// <summary>A number with a unit, as metadata has it: <c>120 count/min</c>; text where it is none.</summary>
    /// <param name="code">What it is.</param>
    /// <param name="text">As it stands.</param>
    /// <param name="isFlag">Whether it is 1 for yes and 0 for no.</param>
    internal static JsonObject Detail(JsonObject code, string text, bool isFlag = false)
    {
        var component = new JsonObject { ["code"] = code };
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space > 0 && AppleNumber.TryDecimal(text.AsSpan(0, space), out var value) && AppleUnit.Find(text[(space + 1)..]) is { } unit)
        {
            component["valueQuantity"] = With(value, text[(space + 1)..], unit, out _);
        }
        else if (isFlag && (text == "0" || text == "1"))
        {
            component["valueBoolean"] = text == "1";
        }
        else
        {
            component["valueString"] = text;
        }

        return component;
    }

    /// <summary>A value in a unit of the source.</summary>
    internal static JsonObject With(decimal value, string unit, AppleUnit known, out IReadOnlyList<string> converted)
    {
        converted = [];
        if (!known.IsFraction)
        {
            return R4.Quantity(value, known.Ucum switch { "1" => null, "mmol/L" => "mmol/L", _ => unit }, known.Ucum);
        }

        var percent = (value * 100).ToString("0.############", System.Globalization.CultureInfo.InvariantCulture);
        converted = [$"`{value}` of 1 is written as `{percent} %`"];
        return R4.Quantity(decimal.Parse(percent, System.Globalization.CultureInfo.InvariantCulture), "%", "%");
    }
}
