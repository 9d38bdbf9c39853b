using System.Globalization;
using Rapport.Fhir;

namespace Rapport.Server.Pages.Record.Ecg;

/// <summary>A waveform of voltages as an entry has it (FHIR <c>SampledData</c>), in millivolts.</summary>
/// <param name="Lead">What the lead is called; null when the entry does not say.</param>
/// <param name="Period">Milliseconds between two samples.</param>
/// <param name="Millivolts">The samples; not a number where there is none.</param>
public sealed record Waveform(string? Lead, double Period, IReadOnlyList<double> Millivolts)
{
    /// <summary>More than an hour at 500 a second: what is longer is no electrocardiogram to look at.</summary>
    private const int MostSamples = 2_000_000;

    /// <summary>How long it is, in seconds.</summary>
    public double Seconds => Millivolts.Count * Period / 1000;

    /// <summary>The waveforms of an entry, one for each lead; none when it has none in volts.</summary>
    public static IReadOnlyList<Waveform> Of(Resource entry)
    {
        List<Waveform> found = [];
        if (entry.TypeName != "Observation")
        {
            return found;
        }

        if (Read(entry.Root) is { } own)
        {
            found.Add(own);
        }

        foreach (var child in entry.Root.Children)
        {
            if (child.Name == "component" && Read(child) is { } waveform)
            {
                found.Add(waveform);
            }
        }

        return found;
    }

    private static Waveform? Read(Element element)
    {
        if (!element.TryGetChild("value", out var value) || value.TypeName != "SampledData" || !value.TryGetChild("origin", out var origin) || ScaleOf(origin) is not { } scale
            || Number(value, "period") is not (> 0 and < 1000 and var period) || (Number(value, "dimensions") ?? 1) != 1 || !value.TryGetChild("data", out var data) || data.GetString() is not { } text)
        {
            return null;
        }

        var zero = Number(origin, "value") ?? 0;
        var factor = Number(value, "factor") ?? 1;
        var samples = new List<double>();
        foreach (var range in text.AsSpan().Split(' '))
        {
            if (samples.Count >= MostSamples)
            {
                break;
            }

            var sample = text.AsSpan(range);
            if (!sample.IsEmpty)
            {
                samples.Add(double.TryParse(sample, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (zero + (number * factor)) * scale : double.NaN);
            }
        }

        return samples.Exists(double.IsFinite) ? new Waveform(LeadOf(element), period, samples) : null;
    }

    /// <summary>What turns the unit into millivolts; null when it is no voltage.</summary>
    private static double? ScaleOf(Element origin) => (Text(origin, "code") ?? Text(origin, "unit")) switch
    {
        "uV" or "µV" or "μV" => 0.001,
        "mV" => 1,
        "V" => 1000,
        _ => null,
    };

    private static string? LeadOf(Element element)
    {
        if (!element.TryGetChild("code", out var code))
        {
            return null;
        }

        return Text(code, "text") ?? (code.TryGetChild("coding", out var coding) ? Text(coding, "display") : null);
    }

    private static string? Text(Element element, string name) => element.TryGetChild(name, out var child) ? child.GetString() : null;

    private static double? Number(Element element, string name) =>
        Text(element, name) is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
