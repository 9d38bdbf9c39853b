using System.Numerics;

namespace Rapport.Consent;

/// <summary>
/// A set of the entries 0..<see cref="Size"/>-1 of one compartment, kept as one bit for each entry. Immutable and thread safe.
/// </summary>
/// <remarks>Sets may only be combined with sets of the same <see cref="Size"/>: a different size means a different state of the
/// compartment, and combining them throws <see cref="ArgumentException"/>.</remarks>
public sealed class EntrySet : IEquatable<EntrySet>
{
    private readonly ulong[] _words;
    private int _count = -1;

    private EntrySet(int size, ulong[] words)
    {
        Size = size;
        _words = words;
    }

    /// <summary>How many entries the compartment has: every member is below this.</summary>
    public int Size { get; }

    /// <summary>How many entries are in the set.</summary>
    public int Count
    {
        get
        {
            if (_count < 0)
            {
                _count = Bits.Count(_words);
            }

            return _count;
        }
    }

    public bool IsEmpty => Bits.IsEmpty(_words);

    /// <summary>The bits, entry 0 in the lowest bit of the first word; bits beyond <see cref="Size"/> are zero.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    /// <summary>No entry of a compartment of <paramref name="size"/> entries.</summary>
    public static EntrySet None(int size) => new(size, new ulong[Bits.WordsFor(size)]);

    /// <summary>Every entry of a compartment of <paramref name="size"/> entries.</summary>
    public static EntrySet All(int size)
    {
        var words = new ulong[Bits.WordsFor(size)];
        Bits.Fill(words, size);
        return new EntrySet(size, words);
    }

    /// <summary>The given entries, in any order. An entry outside 0..size-1 throws <see cref="ArgumentOutOfRangeException"/>.</summary>
    public static EntrySet Of(int size, params ReadOnlySpan<int> entries)
    {
        var builder = new EntrySetBuilder(size);
        foreach (var entry in entries)
        {
            builder.Add(entry);
        }

        return builder.ToSet();
    }

    /// <summary>A set of the given bits, which are copied. Bits beyond <paramref name="size"/> are dropped.</summary>
    public static EntrySet FromWords(int size, ReadOnlySpan<ulong> words)
    {
        var copy = new ulong[Bits.WordsFor(size)];
        words[..Math.Min(words.Length, copy.Length)].CopyTo(copy);
        Bits.Trim(copy, size);
        return new EntrySet(size, copy);
    }

    internal static EntrySet Own(int size, ulong[] words) => new(size, words);

    public bool Contains(int entry) => (uint)entry < (uint)Size && Bits.Contains(_words, entry);

    /// <summary>What is in both sets.</summary>
    public EntrySet And(EntrySet other)
    {
        var words = CopyFor(other);
        Bits.And(words, other._words);
        return new EntrySet(Size, words);
    }

    /// <summary>What is in either set.</summary>
    public EntrySet Or(EntrySet other)
    {
        var words = CopyFor(other);
        Bits.Or(words, other._words);
        return new EntrySet(Size, words);
    }

    /// <summary>What is in this set and not in the other.</summary>
    public EntrySet AndNot(EntrySet other)
    {
        var words = CopyFor(other);
        Bits.AndNot(words, other._words);
        return new EntrySet(Size, words);
    }

    /// <summary>Whether the two sets share an entry; makes no copy.</summary>
    public bool Overlaps(EntrySet other)
    {
        RequireSameSize(other);
        return Bits.Overlap(_words, other._words);
    }

    /// <summary>Whether every entry of this set is in the other; makes no copy.</summary>
    public bool IsSubsetOf(EntrySet other)
    {
        RequireSameSize(other);
        return Bits.IsSubset(_words, other._words);
    }

    public bool Equals(EntrySet? other) =>
        other is not null && Size == other.Size && _words.AsSpan().SequenceEqual(other._words);

    public override bool Equals(object? obj) => Equals(obj as EntrySet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Size);
        foreach (var word in _words)
        {
            hash.Add(word);
        }

        return hash.ToHashCode();
    }

    /// <summary>The entries in ascending order, without allocation.</summary>
    public Enumerator GetEnumerator() => new(_words);

    public int[] ToArray()
    {
        var entries = new int[Count];
        var next = 0;
        foreach (var entry in this)
        {
            entries[next++] = entry;
        }

        return entries;
    }

    private ulong[] CopyFor(EntrySet other)
    {
        RequireSameSize(other);
        return (ulong[])_words.Clone();
    }

    private void RequireSameSize(EntrySet other)
    {
        if (other.Size != Size)
        {
            throw new ArgumentException($"the sets belong to different states of a compartment: {Size} and {other.Size} entries", nameof(other));
        }
    }

    /// <summary>Walks a set in ascending order.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<ulong> _words;
        private ulong _rest;
        private int _word;

        internal Enumerator(ReadOnlySpan<ulong> words)
        {
            _words = words;
            _rest = words.IsEmpty ? 0 : words[0];
        }

        public int Current { get; private set; }

        public bool MoveNext()
        {
            while (_rest == 0)
            {
                if (++_word >= _words.Length)
                {
                    return false;
                }

                _rest = _words[_word];
            }

            Current = (_word << 6) + BitOperations.TrailingZeroCount(_rest);
            _rest &= _rest - 1;
            return true;
        }
    }
}

/// <summary>Collects entries into an <see cref="EntrySet"/>. Not thread safe.</summary>
public sealed class EntrySetBuilder
{
    private readonly ulong[] _words;

    /// <summary>An empty builder for a compartment of <paramref name="size"/> entries.</summary>
    public EntrySetBuilder(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Size = size;
        _words = new ulong[Bits.WordsFor(size)];
    }

    public int Size { get; }

    public void Add(int entry)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)entry, (uint)Size, nameof(entry));
        _words[entry >> 6] |= 1UL << (entry & 63);
    }

    public void Add(EntrySet entries)
    {
        if (entries.Size != Size)
        {
            throw new ArgumentException($"the set has {entries.Size} entries, the builder {Size}", nameof(entries));
        }

        Bits.Or(_words, entries.Words);
    }

    /// <summary>What was added so far; later additions do not change it.</summary>
    public EntrySet ToSet() => EntrySet.Own(Size, (ulong[])_words.Clone());
}
