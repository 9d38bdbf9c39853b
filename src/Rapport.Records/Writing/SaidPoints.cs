using Rapport.Data;

namespace Rapport.Records;

/// <summary>Points of a series that a source says too, though another one brought them. Immutable, thread safe.</summary>
/// <param name="Local">The entry.</param>
/// <param name="Version">The version that had them when the source came.</param>
/// <param name="Lengths">
/// Which of that version's points, in their order: how many it does not say, how many it says, and so on. An export that overlaps another has few such stretches, however many points it has.
/// </param>
public sealed record SaidPoints(LocalId Local, int Version, IReadOnlyList<int> Lengths)
{
    /// <summary>What a source says of what is there; null when it says nothing of it.</summary>
    /// <param name="local">The entry.</param>
    /// <param name="version">Its version.</param>
    /// <param name="there">The points of the version, in order.</param>
    /// <param name="said">Those of the source, in order.</param>
    public static SaidPoints? Of(LocalId local, int version, ReadOnlySpan<SeriesPoint> there, ReadOnlySpan<SeriesPoint> said)
    {
        List<int> lengths = [0];
        var next = 0;
        foreach (var point in there)
        {
            while (next < said.Length && said[next].CompareTo(point) < 0)
            {
                next++;
            }

            var isSaid = next < said.Length && said[next].CompareTo(point) == 0;
            if (isSaid != (lengths.Count % 2 == 0))
            {
                lengths.Add(0);
            }

            lengths[^1]++;
        }

        return lengths.Count == 1 ? null : new SaidPoints(local, version, lengths);
    }

    /// <summary>Those points of the version's that the source says.</summary>
    /// <param name="there">The points of the version, in order.</param>
    public IEnumerable<SeriesPoint> Among(SeriesPoint[] there)
    {
        var at = 0;
        for (var i = 0; i < Lengths.Count; at += Lengths[i++])
        {
            if (i % 2 == 1)
            {
                foreach (var point in new ArraySegment<SeriesPoint>(there, at, Lengths[i]))
                {
                    yield return point;
                }
            }
        }
    }
}
