using System.Buffers;
using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>
/// Text whose control characters became spaces: some programs put them into XML, which allows none, and a file of years should not be lost for one.
/// Text in UTF-16 is left alone.
/// </summary>
internal sealed class PlainBytes(Stream inner) : ReadOnlyStream(inner)
{
    private static readonly SearchValues<byte> Controls =
        SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 0x0B, 0x0C, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F]);

    private long _read;
    private bool _isWide;

    /// <summary>How many there were.</summary>
    internal int Found { get; private set; }

    /// <summary>Where the first was, in bytes from the start.</summary>
    internal long FirstAt { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var read = Inner.Read(buffer);
        var bytes = buffer[..read];
        if (_read == 0)
        {
            // By its mark, or by the zero beside the first letter.
            _isWide = bytes is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] or [0, ..] or [_, 0, ..];
        }

        if (!_isWide)
        {
            Replace(bytes);
        }

        _read += read;
        return read;
    }

    private void Replace(Span<byte> bytes)
    {
        for (int at = 0, next; (next = bytes[at..].IndexOfAny(Controls)) >= 0; at += next + 1)
        {
            FirstAt = Found++ == 0 ? _read + at + next : FirstAt;
            bytes[at + next] = (byte)' ';
        }
    }
}
