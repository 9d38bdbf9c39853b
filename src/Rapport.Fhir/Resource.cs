using System.Runtime.InteropServices;

namespace Rapport.Fhir;

/// <summary>
/// One FHIR R4 resource: the UTF-8 JSON it came as and a typed tape over it. Nothing is converted: every number and string stays the
/// text it was. Immutable and safe to share between threads, provided that the bytes given to it are not changed afterwards.
/// </summary>
public sealed class Resource
{
    private readonly byte[] _bytes;
    private readonly int _origin;
    private readonly Node[] _nodes;
    private readonly int[] _companions;
    private readonly int _root;

    internal Resource(byte[] bytes, int origin, Node[] nodes, int[] companions, int root = 0)
    {
        _bytes = bytes;
        _origin = origin;
        _nodes = nodes;
        _companions = companions;
        _root = root;
    }

    /// <summary>The resource type, such as <c>Observation</c>.</summary>
    public string TypeName => Root.TypeName;

    /// <summary>The logical id; <see langword="null"/> when the resource has none.</summary>
    public string? Id => Root.TryGetChild("id", out var id) ? id.GetString() : null;

    /// <summary>The JSON text exactly as it came, from the opening to the closing brace.</summary>
    public ReadOnlyMemory<byte> Json
    {
        get
        {
            ref readonly var node = ref _nodes[_root];
            return _bytes.AsMemory(_origin + node.Start, node.Length);
        }
    }

    /// <summary>How many elements it has, repetitions counted one by one: what it takes in memory beside its text.</summary>
    public int ElementCount => _nodes[_root].End - _root;

    /// <summary>The resource itself as an element.</summary>
    public Element Root => new(this, _root);

    /// <summary>
    /// Parses and checks a document against the R4 definitions. Whatever the input, the answer is a value: this does not throw.
    /// </summary>
    /// <param name="utf8">One resource as UTF-8 JSON. It is kept, not copied: do not change it afterwards.</param>
    /// <param name="options">The limits; <see cref="CheckOptions.Default"/> when not given.</param>
    public static ParseResult Parse(ReadOnlyMemory<byte> utf8, CheckOptions? options = null)
    {
        var segment = Segment(utf8);
        return TapeParser.Parse(segment.Array!, segment.Offset, segment.Count, options ?? CheckOptions.Default);
    }

    /// <summary>Reads a document that this library has checked before, without checking it again.</summary>
    /// <param name="utf8">One resource as UTF-8 JSON. It is kept, not copied: do not change it afterwards.</param>
    /// <exception cref="InvalidDataException">The bytes are not a FHIR resource in JSON: the storage they come from is broken.</exception>
    public static Resource Read(ReadOnlyMemory<byte> utf8)
    {
        var segment = Segment(utf8);
        return TapeParser.Read(segment.Array!, segment.Offset, segment.Count);
    }

    /// <summary>All elements of the document that this resource stands in; <see cref="Element.Index"/> counts in it.</summary>
    internal ReadOnlySpan<Node> Nodes => _nodes;

    internal int RootIndex => _root;

    internal ref readonly Node NodeAt(int index) => ref _nodes[index];

    internal ReadOnlySpan<byte> Slice(int start, int length) => new(_bytes, _origin + start, length);

    /// <summary>The same document with another of its resources as the root.</summary>
    internal Resource WithRoot(int index) => index == _root ? this : new Resource(_bytes, _origin, _nodes, _companions, index);

    /// <summary>The tape index of the <c>_name</c> object that belongs to a primitive element.</summary>
    internal int CompanionOf(int index)
    {
        // Pairs of primitive and companion, sorted by primitive.
        int low = 0, high = (_companions.Length / 2) - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = _companions[2 * middle];
            if (found == index)
            {
                return _companions[(2 * middle) + 1];
            }
            if (found < index)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }
        return -1;
    }

    private static ArraySegment<byte> Segment(ReadOnlyMemory<byte> utf8) =>
        MemoryMarshal.TryGetArray(utf8, out var segment) && segment.Array is not null ? segment : new(utf8.ToArray());
}
