using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>How much a harvest holds, and how far its source is read. Not thread safe.</summary>
/// <param name="limits">How much is read.</param>
/// <param name="progress">Told from time to time how far it is; null for nobody.</param>
internal sealed class HarvestLoad(HarvestLimits limits, IProgress<HarvestProgress>? progress)
{
    private const int MostUnswept = 16 * 1024 * 1024;
    private const int ProgressStep = 1024 * 1024;

    private long _bytes;
    private long _told;
    private long _held;
    private long _elements;

    /// <summary>Counts one entry more.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="resource">The same, parsed.</param>
    /// <param name="before">How many there are without it.</param>
    /// <exception cref="InvalidDataException">There is more than is read.</exception>
    internal void Add(HarvestedEntry entry, Resource resource, int before)
    {
        if (before >= limits.MaxEntries)
        {
            throw TooMuch.Of($"the source has more than the {limits.MaxEntries} entries that are read at once: split it");
        }

        _held += entry.Json.Length + (2 * (entry.Provenance.Excerpt?.Length ?? 0)) + (entry.Parts?.Sum(part => (long)part.Length) ?? 0);
        if (_held > limits.MaxEntryBytes)
        {
            throw TooMuch.Of($"the source has entries of more than the {limits.MaxEntryBytes} bytes that are read at once: split it");
        }

        _elements += resource.ElementCount;
        if (_elements > limits.MaxElements)
        {
            throw TooMuch.Of($"the source has entries of more than the {limits.MaxElements} elements that are read at once: split it");
        }
    }

    /// <summary>
    /// Lets go at once of what a step over a large source left behind: several times what is kept of it, and in pieces so long that the garbage collector
    /// leaves them until much more is used.
    /// </summary>
    internal void Sweep()
    {
        if (_held + (20 * _elements) > MostUnswept)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    /// <summary>Tells how far the source is read.</summary>
    /// <param name="bytes">Bytes read since the last time.</param>
    /// <param name="entries">Entries found so far.</param>
    /// <param name="points">Points of series found so far.</param>
    internal void Advance(long bytes, int entries, long points)
    {
        _bytes += bytes;
        if (_bytes - _told >= ProgressStep)
        {
            _told = _bytes;
            progress?.Report(new HarvestProgress(_bytes, entries, points));
        }
    }
}
