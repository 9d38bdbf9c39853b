using Rapport.Records;

namespace Rapport.Gathering.Tests;

/// <summary>A format whose sources are these points of a pulse, whatever their content.</summary>
internal sealed class Pulse(string device, SeriesPoint[] points) : ISourceFormat
{
    public string Name => "pulse";

    public bool Recognises(SourceHead head) => false;

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        foreach (var point in points)
        {
            if (!harvest.Series.Add(Metrics.HeartRate, device, point))
            {
                harvest.Skip("heart-rate", NotTakenReason.Implausible, "line 1");
            }
        }
    }
}
