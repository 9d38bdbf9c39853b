using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rapport.Gathering;

/// <summary>What the columns of a CSV file mean, where their names do not say it or say it wrong. Immutable, thread safe.</summary>
public sealed partial record CsvMapping
{
    /// <summary>By the column's name in the header.</summary>
    public IReadOnlyDictionary<string, CsvColumn> Columns { get; init; } = new Dictionary<string, CsvColumn>();

    /// <summary>How dates with slashes are written: <c>dmy</c> or <c>mdy</c>; null when the dates themselves tell.</summary>
    public string? DateOrder { get; init; }

    /// <summary>How far the clock on the wall was ahead of UTC, such as <c>+01:00</c>; null when not known.</summary>
    public string? UtcOffset { get; init; }

    /// <summary>What measured; null when a column says, or nobody.</summary>
    public string? Device { get; init; }

    /// <summary>Reads a mapping.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="mistake">What is wrong with it; null when nothing is.</param>
    public static CsvMapping? Parse(ReadOnlySpan<byte> json, out string? mistake)
    {
        try
        {
            var mapping = JsonSerializer.Deserialize(json, Json.Default.CsvMapping);
            mistake = mapping?.FindMistake() ?? (mapping is null ? "it is empty" : null);
            return mistake is null ? mapping : null;
        }
        catch (JsonException e)
        {
            mistake = $"it is no JSON of a mapping at `{e.Path}`";
            return null;
        }
    }

    private string? FindMistake() =>
        Columns is null || Columns.Any(column => column.Value?.As is null) ? "`columns` gives each column an `as`"
        : Columns.FirstOrDefault(column => !CsvMeaning.IsRole(column.Value.As) && !CsvMeasure.All.Any(measure => measure.Name == column.Value.As)) is { Key: { } name } wrong
            ? $"column `{name}` cannot be `{wrong.Value.As}`: it is one of {string.Join(", ", CsvMeaning.Roles.Concat(CsvMeasure.All.Select(measure => measure.Name).Distinct()))}"
        : DateOrder is not (null or "dmy" or "mdy") ? "`dateOrder` is `dmy` or `mdy`"
        : UtcOffset is not null && CsvTime.Offset(UtcOffset) is null ? "`utcOffset` is written `+01:00`"
        : null;

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(CsvMapping))]
    private sealed partial class Json : JsonSerializerContext;
}

/// <summary>What a column means.</summary>
/// <param name="As">The measurement, or <c>when</c>, <c>date</c>, <c>time</c>, <c>device</c>, <c>ignore</c>.</param>
/// <param name="Unit">Its unit, where it has one.</param>
public sealed record CsvColumn(string As, string? Unit = null);
