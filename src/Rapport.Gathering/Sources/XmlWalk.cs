using System.Xml;
using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>
/// Walks XML of any length once, holding no more than one element of it; white space between elements is passed over. What would make that much is refused: an element, comment or text of
/// megabytes, deep nesting, names without end. Not thread safe.
/// </summary>
internal sealed class XmlWalk : IDisposable
{
    private const int MostDepth = 100;

    // The reader itself asks for 4 KiB at a time.
    private const int BufferLength = 128 * 1024;

    private readonly Meter _meter;

    internal XmlWalk(Stream stream)
    {
        _meter = new Meter(new BufferedStream(stream, BufferLength));
        Reader = SafeXml.Walk(_meter, new FewNames(), isData: true);
    }

    /// <summary>Stands on the node that was read last.</summary>
    internal XmlReader Reader { get; }

    /// <summary>Bytes read.</summary>
    internal long Bytes => _meter.Total;

    /// <summary>The line, from 1.</summary>
    internal long Line => ((IXmlLineInfo)Reader).LineNumber;

    /// <summary>Goes on to the next node.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidDataException">The XML breaks a limit.</exception>
    /// <exception cref="XmlException">It is not well-formed.</exception>
    internal bool Read()
    {
        _meter.SinceNode = 0;
        if (!Reader.Read())
        {
            return false;
        }

        return Reader.Depth <= MostDepth ? true : throw new InvalidDataException($"line {Line}: elements stand inside each other more than {MostDepth} deep");
    }

    public void Dispose()
    {
        Reader.Dispose();
        _meter.Dispose();
    }

    /// <summary>Counts what the reader takes in, and stops it where it would go on without giving a node.</summary>
    private sealed class Meter(Stream inner) : ReadOnlyStream(inner)
    {
        private const int MostPerNode = 8 * 1024 * 1024;

        internal long Total { get; private set; }

        internal int SinceNode { get; set; }

        /// <exception cref="InvalidDataException">A single element is too long.</exception>
        public override int Read(Span<byte> buffer)
        {
            var read = Inner.Read(buffer);
            Total += read;
            SinceNode += read;
            return SinceNode <= MostPerNode ? read : throw new InvalidDataException($"an element, text or comment in it is longer than the {MostPerNode} bytes that are read at once");
        }
    }

    /// <summary>
    /// A reader keeps each name it meets for good, so names have a limit. The few that come all the time are found by a glance at a slot of their own,
    /// without hashing them in a way that resists an attacker: what is not in its slot goes to the table that does.
    /// </summary>
    private sealed class FewNames : NameTable
    {
        private const int MostCharacters = 1024 * 1024;
        private const int Slots = 512;

        private readonly string?[] _slots = new string?[Slots];
        private int _characters;

        public override string Add(char[] key, int start, int len)
        {
            if (len <= 0)
            {
                return "";
            }

            var name = key.AsSpan(start, len);
            ref var slot = ref _slots[((len * 31) + (name[0] * 7) + name[len - 1] + (name[len / 2] * 13)) % Slots];
            return slot is { } seen && name.SequenceEqual(seen) ? seen : slot = Get(key, start, len) ?? Count(base.Add(key, start, len));
        }

        public override string Add(string key) => Get(key) ?? Count(base.Add(key));

        private string Count(string name) =>
            (_characters += name.Length) <= MostCharacters ? name : throw new InvalidDataException("elements and attributes in it have more names than are read");
    }
}
