namespace Rapport.Ledger;

/// <summary>
/// Reads a stream line by line, byte for byte, holding one line at most. Only a line feed ends a line.
/// </summary>
internal sealed class LineReader(Stream stream, int maxLineLength)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _streamEnded;

    /// <summary>The number of the line read last, counted from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Reads the next line with its line feed; valid until the next call.</summary>
    public LineResult Read(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var available = _buffer.AsSpan(_start, _end - _start);
            var feed = available[searched..].IndexOf((byte)'\n');
            if (feed >= 0)
                return Take(searched + feed + 1, LineResult.Line, out line);
            searched = available.Length;
            if (searched > maxLineLength)
                return Take(searched, LineResult.TooLong, out line);
            if (_streamEnded)
                return searched == 0 ? Take(0, LineResult.End, out line) : Take(searched, LineResult.Unterminated, out line);
            Fill();
        }
    }

    private LineResult Take(int length, LineResult result, out ReadOnlySpan<byte> line)
    {
        line = _buffer.AsSpan(_start, length);
        _start += length;
        if (result != LineResult.End)
            Number++;
        return result;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        var read = stream.Read(_buffer.AsSpan(_end));
        _streamEnded = read == 0;
        _end += read;
    }
}

/// <summary>How <see cref="LineReader.Read"/> ended.</summary>
internal enum LineResult
{
    /// <summary>A line with its line feed.</summary>
    Line,

    /// <summary>The last bytes, without a line feed.</summary>
    Unterminated,

    /// <summary>More bytes than a line may have.</summary>
    TooLong,

    /// <summary>There is nothing left.</summary>
    End,
}
