using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// Everything a compartment is searched and decided by, in columns: one row for each entry (one version of one resource) in the order they were
/// written. Immutable; a change makes a new one. Row <c>r</c> is the stored entry with <c>seq = r + 1</c>.
/// </summary>
internal sealed class CompartmentIndex(byte[] patient, CompartmentIndex.Columns columns)
{
    internal const int DigestLength = 32;

    internal Columns Data => columns;

    /// <summary>The patient's id in ASCII: how references to the own Patient are kept.</summary>
    internal ReadOnlySpan<byte> PatientText => patient;

    internal int Count => columns.Local.Length;

    /// <summary>The rows that are the newest version of their resource, but for those that say it was withdrawn.</summary>
    internal EntrySet Current { get; } = FindCurrent(columns);

    internal TermTable Terms => columns.Terms;

    /// <summary>Row of the current Patient resource; -1 in an empty index.</summary>
    internal int PatientRow => RowOf(default);

    /// <summary>Bytes this index keeps in memory.</summary>
    internal long Bytes =>
        (Count * (8L + 4 + 2 + 4 + DigestLength + 4 + 8 + 4)) + (columns.Writings.Length * 16L) + (columns.DateRow.Length * 22L) + (columns.QuantityRow.Length * 28L)
        + (columns.LinkRow.Length * 14L) + (columns.IdentifierRow.Length * 16L) + columns.Terms.Bytes + (columns.WithParts.Length * 8L) + (columns.ContextRow.Length * 12L) + (columns.CommentRow.Length * 12L) + (Current.Words.Length * 8L);

    internal int VersionOf(int row) => columns.Version[row];

    internal LocalId LocalOf(int row) => columns.Local[row];

    internal string TypeOf(int row) => ResourceTypes.Name(columns.Type[row]);

    /// <summary>When a row was written, Unix milliseconds.</summary>
    internal long AtOf(int row) => columns.Writings[columns.Writing[row]].At;

    /// <summary>The number of the source a row came from; 0 for the patient's own doing.</summary>
    internal long SourceOf(int row) => columns.Writings[columns.Writing[row]].Source;

    /// <summary>The number of the row's type, see <see cref="ResourceTypes"/>.</summary>
    internal int TypeNumberOf(int row) => columns.Type[row];

    internal bool IsType(int row, int type) => columns.Type[row] == type;

    internal ReadOnlySpan<byte> DigestOf(int row) => columns.Digest.AsSpan(row * DigestLength, DigestLength);

    /// <summary>The current row of a resource; -1 when there is none, or it was withdrawn. The Patient resource has the default id.</summary>
    internal int RowOf(LocalId local) => LastRowOf(local) is var row && IsWithdrawn(row) ? -1 : row;

    /// <summary>The current row of each of some resources, in their order; -1 where there is none. One walk where there are many of them.</summary>
    internal int[] RowsOf(IReadOnlyList<LocalId> locals)
    {
        const int Few = 16;
        if (locals.Count <= Few)
        {
            return [.. locals.Select(local => RowOf(local))];
        }

        var rows = locals.Distinct().ToDictionary(static local => local, static _ => -1);
        for (var row = 0; row < columns.Local.Length; row++)
        {
            if (rows.ContainsKey(columns.Local[row]))
            {
                rows[columns.Local[row]] = IsWithdrawn(row) ? -1 : row;
            }
        }

        return [.. locals.Select(local => rows[local])];
    }

    /// <summary>The newest row of a resource, be it the one that says it was withdrawn; -1 when there never was any.</summary>
    internal int LastRowOf(LocalId local) => LocalBits.LastIndexOf(Bits(local));

    /// <summary>The row of the first version of a resource that is there; -1 when there is none.</summary>
    internal int FirstRowOf(LocalId local) => LocalBits.IndexOf(Bits(local));

    /// <summary>Whether a row says that its resource was withdrawn.</summary>
    internal bool IsWithdrawn(int row) => columns.Withdrawn.Contains(row);

    /// <summary>Whether the entry of a row has parts.</summary>
    internal bool HasParts(int row) => columns.WithParts.AsSpan().BinarySearch(row) >= 0;

    /// <summary>The row whose parts are those of a row: its own, unless nothing but labels changed in it.</summary>
    internal int PartsRowOf(int row) => columns.WithParts.AsSpan().BinarySearch(row) is >= 0 and var at ? columns.PartsRow[at] : row;

    /// <summary>Bytes before the JSON of a row, when it is opened.</summary>
    internal int BodyStartOf(int row) => columns.BodyStart[row];

    /// <summary>The current rows whose labels may depend on one of these resources: they refer to it, or it was asked when they were labelled.</summary>
    internal IReadOnlyList<int> RowsAround(IReadOnlySet<LocalId> resources)
    {
        var rows = new SortedSet<int>();
        for (var i = 0; i < columns.LinkTarget.Length; i++)
        {
            if (resources.Contains(columns.LinkTarget[i]) && Current.Contains(columns.LinkRow[i]))
            {
                rows.Add(columns.LinkRow[i]);
            }
        }

        for (var i = 0; i < columns.ContextTarget.Length; i++)
        {
            if (resources.Contains(columns.ContextTarget[i]) && Current.Contains(columns.ContextRow[i]))
            {
                rows.Add(columns.ContextRow[i]);
            }
        }

        return [.. rows];
    }

    /// <summary>Whether a row is a comment.</summary>
    internal bool IsComment(int row) => columns.CommentRow.AsSpan().BinarySearch(row) >= 0;

    /// <summary>The row of one version of a resource; -1 when there is none.</summary>
    internal int RowOf(LocalId local, int version)
    {
        var rows = LocalBits;
        for (var row = LastRowOf(local); row >= 0; row = rows[..row].LastIndexOf(Bits(local)))
        {
            if (columns.Version[row] == version)
            {
                return row;
            }
        }

        return -1;
    }

    /// <summary>The newest row of what came from <paramref name="origin"/>, be it withdrawn since; -1 when nothing did.</summary>
    internal int RowOfOrigin(ulong origin)
    {
        var row = LastRowOfOrigin(origin);
        return row < 0 ? -1 : LastRowOf(columns.Local[row]);
    }

    /// <summary>Whether a version came from elsewhere: importers name what it was there.</summary>
    internal bool IsBrought(int row) => columns.Origin[row] != 0;

    /// <summary>The 64 bits that name what a version was where it came from; 0 for what did not.</summary>
    internal ulong OriginOf(int row) => columns.Origin[row];

    /// <summary>The newest row that came from <paramref name="origin"/>, current or not; -1 when nothing did.</summary>
    internal int LastRowOfOrigin(ulong origin) => origin == 0 ? -1 : columns.Origin.AsSpan().LastIndexOf(origin);

    /// <summary>The clinically relevant time of a row, if it has one.</summary>
    internal DateRange? WhenOf(int row) => columns.When[row] is >= 0 and var at ? new DateRange(columns.DateLow[at], columns.DateHigh[at]) : null;

    internal string IdOf(string patient, int row) => row >= 0 && columns.Local[row] == default ? patient : $"{patient}.{columns.Local[row]}";

    internal AnsweredEntry Describe(string patient, int row, AnswerMode mode) => new(
        TypeOf(row), IdOf(patient, row), VersionOf(row), DateTimeOffset.FromUnixTimeMilliseconds(AtOf(row)), WhenOf(row), SourceOf(row), mode, LabelsOf(row));

    /// <summary>The codes of the security labels of a row.</summary>
    internal IReadOnlyList<string> LabelsOf(int row)
    {
        List<string>? labels = null;
        var (first, end) = Terms.Range(ParameterRoles.Security.Id);
        for (var term = first; term < end; term++)
        {
            if (Terms.Rows(term).Contains(row))
            {
                (labels ??= []).Add(Encoding.UTF8.GetString(Terms.Value(term)));
            }
        }

        return labels ?? (IReadOnlyList<string>)[];
    }

    /// <summary>How an identifier's value or system is kept: enough to find it, with no text.</summary>
    internal static ulong HashOf(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>The ids as plain numbers: searched many at a time by the processor's vector instructions, which a struct of our own is not.</summary>
    private ReadOnlySpan<ulong> LocalBits => MemoryMarshal.Cast<LocalId, ulong>(columns.Local);

    private static ulong Bits(LocalId local) => MemoryMarshal.Cast<LocalId, ulong>(new ReadOnlySpan<LocalId>(in local))[0];

    private static EntrySet FindCurrent(Columns columns)
    {
        var local = columns.Local;
        var set = new EntrySetBuilder(local.Length);
        var seen = new HashSet<LocalId>(local.Length);
        for (var row = local.Length - 1; row >= 0; row--)
        {
            if (seen.Add(local[row]) && !columns.Withdrawn.Contains(row))
            {
                set.Add(row);
            }
        }

        return set.ToSet();
    }

    /// <summary>The arrays. Those named after rows hold one element for each value, sorted by row.</summary>
    internal sealed class Columns
    {
        internal LocalId[] Local { get; init; } = [];

        internal int[] Version { get; init; } = [];

        internal ushort[] Type { get; init; } = [];

        /// <summary>Index into <see cref="Writings"/>.</summary>
        internal int[] Writing { get; init; } = [];

        /// <summary>What was written together: Unix milliseconds and source number.</summary>
        internal (long At, long Source)[] Writings { get; init; } = [];

        internal byte[] Digest { get; init; } = [];

        internal ulong[] Origin { get; init; } = [];

        /// <summary>Index into the dates of the clinically relevant one; -1 for none.</summary>
        internal int[] When { get; init; } = [];

        /// <summary>The rows that say that their resource was withdrawn; few, if any.</summary>
        internal System.Collections.Frozen.FrozenSet<int> Withdrawn { get; init; } = [];

        /// <summary>The rows whose entries have parts, in order.</summary>
        internal int[] WithParts { get; init; } = [];

        /// <summary>For each of them the row that the parts were written with.</summary>
        internal int[] PartsRow { get; init; } = [];

        internal int[] BodyStart { get; init; } = [];

        /// <summary>Rows and what their labels were worked out with, where no link of theirs tells it.</summary>
        internal int[] ContextRow { get; init; } = [];

        internal LocalId[] ContextTarget { get; init; } = [];

        internal int[] DateRow { get; init; } = [];

        internal ushort[] DateParameter { get; init; } = [];

        internal long[] DateLow { get; init; } = [];

        internal long[] DateHigh { get; init; } = [];

        internal int[] QuantityRow { get; init; } = [];

        internal (ushort First, ushort Second)[] QuantityParameter { get; init; } = [];

        internal decimal[] QuantityValue { get; init; } = [];

        /// <summary>Index into <see cref="Units"/>; -1 for a bare number.</summary>
        internal int[] QuantityUnit { get; init; } = [];

        internal (byte[] System, byte[] Code, byte[] Unit)[] Units { get; init; } = [];

        internal int[] LinkRow { get; init; } = [];

        internal ushort[] LinkParameter { get; init; } = [];

        /// <summary>The resource of this compartment that is referred to; it may not be there.</summary>
        internal LocalId[] LinkTarget { get; init; } = [];

        internal int[] IdentifierRow { get; init; } = [];

        internal ulong[] IdentifierValue { get; init; } = [];

        internal uint[] IdentifierSystem { get; init; } = [];

        /// <summary>The rows that are comments, in order, and what each is on: the default id for nothing.</summary>
        internal int[] CommentRow { get; init; } = [];

        internal LocalId[] CommentOn { get; init; } = [];

        internal TermTable Terms { get; init; } = TermTable.Empty;
    }
}
