using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>
/// Walks the properties of one large JSON object and the objects of a list in it, holding one of them at a time. Not thread safe.
/// </summary>
/// <param name="stream">The JSON, in UTF-8.</param>
/// <param name="mostOfOne">The most bytes of one property or object.</param>
internal sealed class JsonWalk(Stream stream, int mostOfOne)
{
    private const int FirstLength = 256 * 1024;

    private byte[] _buffer = new byte[FirstLength];
    private int _start;
    private int _end;
    private int _valueStart;
    private int _valueEnd;
    private bool _isLast;
    private bool _isBegun;
    private JsonReaderState _state;

    /// <summary>The property, with its name, or the object that <see cref="Next"/> came to; valid until it is called again.</summary>
    internal ReadOnlySpan<byte> Value => _buffer.AsSpan(_valueStart, _valueEnd - _valueStart);

    /// <summary>
    /// Goes on. At depth 1: to the next property, whose whole text is <see cref="Value"/>; where it is a list called <c>entry</c>, into it
    /// (<see cref="JsonTokenType.StartArray"/>). At depth 2: to the next thing in that list, or out of it (<see cref="JsonTokenType.EndArray"/>).
    /// </summary>
    /// <returns>What was come to; <see cref="JsonTokenType.None"/> at the end.</returns>
    /// <exception cref="JsonException">It is no well-formed JSON object.</exception>
    /// <exception cref="InvalidDataException">One thing in it is too long.</exception>
    internal JsonTokenType Next(int depth, CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (TryNext(depth, out var token))
            {
                return token;
            }

            Fill();
        }
    }

    private bool TryNext(int depth, out JsonTokenType token)
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isLast, _state);
        token = JsonTokenType.None;
        if (!_isBegun)
        {
            if (!reader.Read())
            {
                return false;
            }

            _isBegun = reader.TokenType == JsonTokenType.StartObject ? true : throw new JsonException("no object");
            Consume(reader);
            return TryNext(depth, out token);
        }

        if (!reader.Read())
        {
            return _isLast;
        }

        token = reader.TokenType;
        if ((depth == 1 && token == JsonTokenType.EndObject) || (depth == 2 && token == JsonTokenType.EndArray))
        {
            Consume(reader);
            if (token == JsonTokenType.EndObject)
            {
                RequireEnd();
                token = JsonTokenType.None;
            }

            return true;
        }

        _valueStart = _start + (int)reader.TokenStartIndex;
        if (depth == 1)
        {
            var isEntries = reader.ValueTextEquals("entry"u8);
            if (!reader.Read())
            {
                return NotYet();
            }

            if (isEntries && reader.TokenType == JsonTokenType.StartArray)
            {
                token = JsonTokenType.StartArray;
                Consume(reader);
                return true;
            }
        }

        if (!reader.TrySkip())
        {
            return NotYet();
        }

        Consume(reader);
        _valueEnd = _start;
        token = JsonTokenType.PropertyName;
        return true;

        bool NotYet() => _isLast ? throw new JsonException("cut off") : false;
    }

    /// <exception cref="JsonException">Something follows.</exception>
    private void RequireEnd()
    {
        while (_buffer.AsSpan(_start, _end - _start).Trim(" \t\r\n"u8).IsEmpty && !_isLast)
        {
            _start = _end;
            Fill();
        }

        if (!_buffer.AsSpan(_start, _end - _start).Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new JsonException("something stands behind it");
        }
    }

    private void Consume(in Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    private void Fill()
    {
        if (_isLast)
        {
            throw new JsonException("cut off");
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(mostOfOne + (long)FirstLength, _buffer.Length * 2L));
        }

        if (_end >= mostOfOne + FirstLength)
        {
            throw new InvalidDataException($"one entry in it is longer than the {mostOfOne} bytes that are read at once");
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _isLast = read == 0;
    }
}
