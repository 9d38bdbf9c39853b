using System.Numerics;
using System.Runtime.InteropServices;

namespace Rapport.Consent;

/// <summary>Set operations on words of bits, in place on the first operand, in the machine's vector width.</summary>
internal static class Bits
{
    public static int WordsFor(int size) => (size + 63) >> 6;

    public static bool Contains(ReadOnlySpan<ulong> words, int entry) => (words[entry >> 6] >> (entry & 63) & 1) != 0;

    public static void Remove(Span<ulong> words, int entry) => words[entry >> 6] &= ~(1UL << (entry & 63));

    /// <summary>Sets the first <paramref name="size"/> bits, no other.</summary>
    public static void Fill(Span<ulong> words, int size)
    {
        words.Fill(ulong.MaxValue);
        Trim(words, size);
    }

    /// <summary>Clears the bits of the last word that lie beyond <paramref name="size"/>.</summary>
    public static void Trim(Span<ulong> words, int size)
    {
        if ((size & 63) != 0)
        {
            words[^1] &= (1UL << (size & 63)) - 1;
        }
    }

    public static void And(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        var vectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(target);
        var others = MemoryMarshal.Cast<ulong, Vector<ulong>>(other);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] &= others[i];
        }

        for (var i = vectors.Length * Vector<ulong>.Count; i < target.Length; i++)
        {
            target[i] &= other[i];
        }
    }

    public static void Or(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        var vectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(target);
        var others = MemoryMarshal.Cast<ulong, Vector<ulong>>(other);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] |= others[i];
        }

        for (var i = vectors.Length * Vector<ulong>.Count; i < target.Length; i++)
        {
            target[i] |= other[i];
        }
    }

    public static void AndNot(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        var vectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(target);
        var others = MemoryMarshal.Cast<ulong, Vector<ulong>>(other);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = Vector.AndNot(vectors[i], others[i]);
        }

        for (var i = vectors.Length * Vector<ulong>.Count; i < target.Length; i++)
        {
            target[i] &= ~other[i];
        }
    }

    /// <summary>Adds to the target what is in <paramref name="added"/> and not in <paramref name="except"/>.</summary>
    public static void OrAndNot(Span<ulong> target, ReadOnlySpan<ulong> added, ReadOnlySpan<ulong> except)
    {
        var vectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(target);
        var addedVectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(added);
        var exceptVectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(except);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] |= Vector.AndNot(addedVectors[i], exceptVectors[i]);
        }

        for (var i = vectors.Length * Vector<ulong>.Count; i < target.Length; i++)
        {
            target[i] |= added[i] & ~except[i];
        }
    }

    public static bool Overlap(ReadOnlySpan<ulong> words, ReadOnlySpan<ulong> other)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if ((words[i] & other[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    public static bool IsSubset(ReadOnlySpan<ulong> words, ReadOnlySpan<ulong> other)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if ((words[i] & ~other[i]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsEmpty(ReadOnlySpan<ulong> words) => !words.ContainsAnyExcept(0UL);

    public static int Count(ReadOnlySpan<ulong> words)
    {
        var count = 0;
        foreach (var word in words)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }
}
