using Rapport.Fhir;
using Rapport.Server.Pages.Gather;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>An entry that sums up dense measurements, told as people say it: the mean with its least and greatest, or how much a day.</summary>
internal static class SeriesReading
{
    private const string System = "urn:x-rapport:metric";

    /// <summary>Short name of what it sums up; null for any other entry.</summary>
    public static string? MetricOf(Element root) => root.TryGetChild("code", out var code)
        ? code.All("coding").FirstOrDefault(coding => coding.Text("system") == System) is var metric && metric != default ? metric.Text("code") : null
        : null;

    /// <summary>What is measured, in plain words.</summary>
    public static string Title(string metric) => MetricWords.Of(metric);

    /// <summary>What it comes to.</summary>
    public static string? Value(Element root) =>
        Of(root, "average") is not { } mean ? null
        : Of(root, "minimum") is { } least && Of(root, "maximum") is { } most ? Say.Fill(ReadingText.MeanBetween, Words(mean), Bare(least), Bare(most))
        : Words(mean);

    /// <summary>The part that other months are compared by.</summary>
    public static Element? Mean(Element root) => Of(root, "average");

    private static Element? Of(Element root, string statistic)
    {
        foreach (var component in root.All("component"))
        {
            if (component.TryGetChild("code", out var code) && code.All("coding").Exists(coding => coding.Text("code") == statistic))
            {
                return component;
            }
        }

        return null;
    }

    private static string Words(Element component) =>
        component.TryGetChild("value", out var value) ? ValueReader.Measured(Rounded(value), Wording.Unit(value.Text("unit") ?? "")) : "";

    private static string Bare(Element component) => component.TryGetChild("value", out var value) ? ValueReader.Number(Rounded(value)) : "";

    /// <summary>Three figures are as much as a mean of many measurements says.</summary>
    private static string Rounded(Element quantity)
    {
        var culture = global::System.Globalization.CultureInfo.InvariantCulture;
        return decimal.TryParse(quantity.Text("value"), global::System.Globalization.NumberStyles.Number, culture, out var number)
            ? Math.Round(number, Math.Abs(number) >= 100 ? 0 : Math.Abs(number) >= 10 ? 1 : 2).ToString("0.##", culture)
            : quantity.Text("value") ?? "";
    }
}
