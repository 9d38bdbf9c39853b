using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rapport.Fhir;

/// <summary>
/// A hash table from short UTF-8 texts to numbers, made once and then only read. A text is recognised by its length, its first and
/// its last eight bytes; only texts longer than sixteen bytes need a look at what lies between. Open addressing, at most half full.
/// </summary>
internal sealed class TextTable
{
    private readonly Entry[] _entries;
    private readonly int _mask;
    private readonly List<byte[]> _longTexts = [];

    public TextTable(int capacity)
    {
        var size = 4;
        while (size < 2 * capacity)
        {
            size *= 2;
        }
        _entries = new Entry[size];
        _mask = size - 1;
    }

    /// <summary>Adds a text that is not in the table.</summary>
    /// <param name="value">Not 0.</param>
    public void Add(ReadOnlySpan<byte> text, ushort value)
    {
        (ulong head, ulong tail) = Ends(ref MemoryMarshal.GetReference(text), text.Length);
        var i = Slot(head, tail, text.Length);
        while (_entries[i].Value != 0)
        {
            i = (i + 1) & _mask;
        }
        var longText = -1;
        if (text.Length > 16)
        {
            longText = _longTexts.Count;
            _longTexts.Add(text.ToArray());
        }
        _entries[i] = new Entry { Head = head, Tail = tail, Length = text.Length, LongText = longText, Value = value };
    }

    /// <summary>The number of the text; 0 when it is not in the table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort Find(ReadOnlySpan<byte> text)
    {
        (ulong head, ulong tail) = Ends(ref MemoryMarshal.GetReference(text), text.Length);
        var table = _entries;
        for (var i = Slot(head, tail, text.Length); ; i = (i + 1) & _mask)
        {
            ref var entry = ref table[i];
            if (entry.Value == 0)
            {
                return 0;
            }
            if (entry.Head == head && entry.Tail == tail && entry.Length == text.Length
                && (text.Length <= 16 || text.SequenceEqual(_longTexts[entry.LongText])))
            {
                return entry.Value;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Head, ulong Tail) Ends(ref byte start, int length)
    {
        if (length >= 8)
        {
            return (Unsafe.ReadUnaligned<ulong>(ref start), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, length - 8)));
        }
        if (length >= 4)
        {
            return (Unsafe.ReadUnaligned<uint>(ref start), Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, length - 4)));
        }
        return length == 0
            ? (0UL, 0UL)
            : (start |  ((ulong)Unsafe.Add(ref start, length >> 1) << 8) | ((ulong)Unsafe.Add(ref start, length - 1) << 16), 0UL);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Slot(ulong head, ulong tail, int length)
    {
        ulong hash = (head * 0x9E3779B97F4A7C15) ^ ((tail + (uint)length) * 0xC2B2AE3D27D4EB4F);
        return (int)(hash >> 40) & _mask;
    }

    private struct Entry
    {
        public ulong Head;
        public ulong Tail;
        public int Length;
        public int LongText;
        public ushort Value;
    }
}
