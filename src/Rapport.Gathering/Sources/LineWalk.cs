namespace Rapport.Gathering;

/// <summary>The lines of a stream, each in bytes of its own. Not thread safe.</summary>
/// <param name="stream">The lines.</param>
/// <param name="mostOfOne">The most bytes of one line.</param>
internal sealed class LineWalk(Stream stream, int mostOfOne)
{
    private const int FirstLength = 256 * 1024;

    private byte[] _buffer = new byte[FirstLength];
    private int _start;
    private int _end;

    /// <summary>The first line, without a mark of byte order; false when it is longer than what is looked at, or the only one.</summary>
    internal bool TryFirst(int most, out ReadOnlyMemory<byte> line)
    {
        line = default;
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0)
        {
            if (_end - _start > most || !Fill())
            {
                return false;
            }
        }

        var skipped = _buffer.AsSpan(_start, length).StartsWith("\uFEFF"u8) ? 3 : 0;
        line = _buffer.AsSpan(_start + skipped, length - skipped).ToArray();
        _start += length + 1;
        return true;
    }

    /// <summary>The next line; false at the end.</summary>
    /// <exception cref="InvalidDataException">A line is too long.</exception>
    internal bool Next(out ReadOnlyMemory<byte> line)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0)
        {
            if (!Fill())
            {
                line = _buffer.AsSpan(_start, _end - _start).ToArray();
                _start = _end;
                return line.Length > 0;
            }
        }

        line = _buffer.AsSpan(_start, length).ToArray();
        _start += length + 1;
        return true;
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end >= mostOfOne)
        {
            throw new InvalidDataException($"a line in it is longer than the {mostOfOne} bytes that are read at once");
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(mostOfOne, _buffer.Length * 2L));
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
