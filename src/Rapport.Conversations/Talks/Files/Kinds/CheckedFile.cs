namespace Rapport.Conversations;

/// <summary>A part of what is kept of a file.</summary>
/// <param name="From">Where it stands in what was sent; -1 for as many zeros.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Written">What is written in its stead; null where it is kept as it was sent.</param>
internal readonly record struct KeptPart(long From, long Length, byte[]? Written)
{
    internal static KeptPart Of(byte[] written) => new(0, written.Length, written);

    internal bool IsZeros => From < 0;
}

/// <summary>What a file is, and what of it is kept. What it tells beside what is seen and heard goes: where and with what a photo was taken, comments, small copies, what follows its end.</summary>
internal sealed class CheckedFile(FileKind kind)
{
    private readonly List<KeptPart> _parts = [];

    internal FileKind Kind => kind;

    /// <summary>The parts, in their order.</summary>
    internal IReadOnlyList<KeptPart> Parts => _parts;

    /// <summary>How long it is in the end.</summary>
    internal long Length => _parts.Sum(static part => part.Length);

    /// <summary>The whole of a file.</summary>
    internal static CheckedFile Whole(FileKind kind, long length) => new CheckedFile(kind).Keep(0, length);

    /// <summary>Keeps what stands from one place to another.</summary>
    internal CheckedFile Keep(long from, long to)
    {
        if (_parts is [.., { Written: null, IsZeros: false } last] && last.From + last.Length == from)
        {
            _parts[^1] = last with { Length = to - last.From };
        }
        else if (to > from)
        {
            _parts.Add(new KeptPart(from, to - from, null));
        }

        return this;
    }

    /// <summary>Writes something; gives its number, by which <see cref="Rewrite"/> finds it.</summary>
    internal int Write(byte[] bytes)
    {
        _parts.Add(KeptPart.Of(bytes));
        return _parts.Count - 1;
    }

    /// <summary>Writes something, and zeros after it, so that it is as long as what it stands for.</summary>
    internal void WriteOver(byte[] bytes, long length)
    {
        Write(bytes);
        _parts.Add(new KeptPart(-1, length - bytes.Length, null));
    }

    /// <summary>Writes something else there.</summary>
    internal void Rewrite(int number, byte[] bytes) => _parts[number] = KeptPart.Of(bytes);
}
