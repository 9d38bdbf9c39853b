using System.IO.Compression;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// How much an answer may be, written out whole with what stands beside its entries. What does not fit is no part of the answer, so that the ledger tells of what was given and of nothing else. In the order of the answer, documents
/// after everything else.
/// </summary>
/// <param name="Bytes">Bytes of all entries together.</param>
public sealed record AnswerBounds(long Bytes)
{
    /// <summary>So many documents, the first ones, go along each by itself, and are asked for by themselves: no part of the answer, which names them (<see cref="RecordAnswer.Beside"/>). 0 where they are asked for with it.</summary>
    public int Beside { get; init; }

    /// <summary>What is written around what stands beside an entry.</summary>
    private const int Frame = 400;

    /// <summary>The selection without what does not fit. Its total stays: whoever reads the rest is told that there is more. What is asked for by its id is not there when it does not fit.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<Selection> FitAsync(Compartment compartment, CompartmentState state, RecordQuery query, Selection selection, RecordStore store, CancellationToken cancel)
    {
        var left = Bytes;
        HashSet<int> fits = [];
        foreach (var row in selection.Rows.OrderBy(row => IsDocument(state, row)))
        {
            if (await SizeAsync(compartment, state, row, left, store, cancel) is var size && size <= left)
            {
                left -= size;
                fits.Add(row);
            }
        }

        var rows = Array.FindAll(selection.Rows, fits.Contains);
        return rows.Length == 0 && query is RecordQuery.ById ? Selection.Nothing
            : WithoutBeside(state, rows.Length == selection.Rows.Length ? selection : selection with { Rows = rows, MatchCount = selection.Rows.AsSpan(0, selection.MatchCount).ToArray().Count(fits.Contains) });
    }

    private Selection WithoutBeside(CompartmentState state, Selection selection)
    {
        int[] beside = [.. selection.Rows.Take(selection.MatchCount).Where(row => IsDocument(state, row)).Take(Beside)];
        return beside.Length == 0 ? selection
            : selection with { Rows = [.. selection.Rows.Except(beside)], MatchCount = selection.MatchCount - beside.Length, Beside = beside };
    }

    private static bool IsDocument(CompartmentState state, int row) => state.Index.TypeOf(row) == "Binary";

    /// <summary>As many bytes as an entry takes at most; some number above <paramref name="left"/> when it is more than that.</summary>
    private static async Task<long> SizeAsync(Compartment compartment, CompartmentState state, int row, long left, RecordStore store, CancellationToken cancel)
    {
        var body = state.Bodies[row].Length - Sealer.Overhead - state.Index.BodyStartOf(row);
        return !state.Index.HasParts(row) || body > left ? body
            : IsDocument(state, row) ? body + InBase64(await store.ReadPartSizeAsync(compartment.Id, state.Index.PartsRowOf(row) + 1, cancel))
            : state.Index.TypeOf(row) == "Observation" ? body + InBase64(await PackedAsync(compartment, state, row, left, cancel))
            : body;
    }

    private static long InBase64(long bytes) => (((bytes + 2) / 3) * 4) + Frame;

    /// <summary>How many bytes the points of a series are as a packed table. Whoever then gets it packs it again: so that is worked out once for each.</summary>
    private static async Task<long> PackedAsync(Compartment compartment, CompartmentState state, int row, long left, CancellationToken cancel)
    {
        if (compartment.PackedSizes.TryGetValue(state.Index.PartsRowOf(row), out var known))
        {
            return known;
        }

        var isWhole = true;
        using var counted = new CountedStream();
        await using (var packed = new GZipStream(counted, CompressionLevel.Fastest, leaveOpen: true))
        {
            SeriesTable.WriteHeading(packed);
            var (_, count) = await compartment.ReadPartAsync(state, row, 0, cancel);
            for (var number = 1; number < count && isWhole; number++)
            {
                SeriesTable.Write(SeriesParts.ReadPoints((await compartment.ReadPartAsync(state, row, number, cancel)).Plain.Span), packed);
                isWhole = counted.Length <= left || number + 1 == count;
            }
        }

        if (isWhole)
        {
            compartment.PackedSizes.TryAdd(state.Index.PartsRowOf(row), counted.Length);
        }

        return counted.Length;
    }

    /// <summary>Counts what is written, and keeps nothing of it.</summary>
    private sealed class CountedStream : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _length += count;

        public override void Write(ReadOnlySpan<byte> buffer) => _length += buffer.Length;
    }
}
