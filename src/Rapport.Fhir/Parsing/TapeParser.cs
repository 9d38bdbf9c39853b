using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Rapport.Fhir;

/// <summary>
/// Reads UTF-8 JSON into a tape and checks it against the definitions in the same pass. A fault in the JSON itself ends the reading;
/// whatever else is wrong is noted and read over, so that one pass finds it all.
/// </summary>
/// <remarks>Methods that read answer whether to go on; they stand on the first byte of what they read and leave after its last.</remarks>
internal ref partial struct TapeParser
{
    private const int DeepestEver = 512;

    /// <summary>What a document claims by its size alone; a longer tape grows as it is read.</summary>
    private const int MostNodesAtFirst = 64 * 1024;
    private const int MostNodesBorrowed = 256 * 1024;

    private readonly ReadOnlySpan<byte> _json;
    private readonly bool _check;
    private readonly int _maxDepth;
    private readonly int _maxIssues;
    private readonly int _maxElements;
    private readonly Step[] _path;
    private Node[] _nodes;
    private int _count;
    private int _position;
    private int _depth;
    private int _steps;
    private int _containedDepth;

    /// <summary>How many nulls the object that is being read has in arrays.</summary>
    private int _nulls;
    private List<CheckIssue>? _issues;
    private List<long>? _companions;
    private List<int>? _localReferences;

    /// <summary>Whether something was found that makes the document invalid.</summary>
    private bool _failed;

    /// <summary>Whether enough was found to look no further.</summary>
    private bool _stopped;

    private TapeParser(ReadOnlySpan<byte> json, CheckOptions options, bool check)
    {
        _json = json;
        _check = check;
        _maxDepth = Math.Clamp(options.MaxDepth, 1, DeepestEver);
        _maxIssues = Math.Max(options.MaxIssues, 1);
        _maxElements = check ? Math.Max(options.MaxElements, 1) : int.MaxValue;
        _path = ArrayPool<Step>.Shared.Rent(_maxDepth + 2);
        _nodes = ArrayPool<Node>.Shared.Rent(Math.Clamp(json.Length / 24, 64, MostNodesAtFirst));
    }

    public static ParseResult Parse(byte[] bytes, int offset, int length, CheckOptions options)
    {
        if (length > options.MaxBytes)
        {
            return Refused("too-long", $"the document has {length} bytes, more than the {options.MaxBytes} allowed; split it");
        }
        ReadOnlySpan<byte> document = bytes.AsSpan(offset, length);
        if (!Utf8.IsValid(document))
        {
            return Refused("structure", $"the document is not valid UTF-8 at byte {FirstInvalid(document)}; save it as UTF-8");
        }
        var parser = new TapeParser(document, options, check: true);
        try
        {
            var complete = parser.Document();
            return new ParseResult(complete && !parser._failed ? parser.Finish(bytes, offset) : null, parser._issues ?? []);
        }
        finally
        {
            parser.Release();
        }
    }

    public static Resource Read(byte[] bytes, int offset, int length)
    {
        var parser = new TapeParser(bytes.AsSpan(offset, length), CheckOptions.Default with { MaxDepth = DeepestEver }, check: false);
        try
        {
            return parser.Document()
                ? parser.Finish(bytes, offset)
                : throw new InvalidDataException($"stored bytes are not a FHIR resource, at byte {parser._position}");
        }
        finally
        {
            parser.Release();
        }
    }

    private static ParseResult Refused(string code, string text) => new(null, [new CheckIssue(IssueSeverity.Fatal, code, "", text)]);

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int consumed) == OperationStatus.Done)
        {
            at += consumed;
        }
        return at;
    }

    private readonly Resource Finish(byte[] bytes, int offset)
    {
        int[] pairs = [];
        if (_companions is not null)
        {
            _companions.Sort();
            pairs = new int[2 * _companions.Count];
            for (var i = 0; i < _companions.Count; i++)
            {
                pairs[2 * i] = (int)(_companions[i] >> 32);
                pairs[(2 * i) + 1] = (int)_companions[i];
            }
        }
        var tape = GC.AllocateUninitializedArray<Node>(_count);
        _nodes.AsSpan(0, _count).CopyTo(tape);
        return new Resource(bytes, offset, tape, pairs);
    }

    private readonly void Release()
    {
        Return();
        ArrayPool<Step>.Shared.Return(_path);
    }

    private bool Document()
    {
        if (_json.StartsWith("\uFEFF"u8))
        {
            _position = 3;
        }
        if (SkipSpace() != '{')
        {
            return Syntax(_position >= _json.Length ? "the document is empty; send one FHIR resource as JSON" : "a FHIR resource starts with `{`");
        }
        if (!ReadResource(0, NodeFlags.Resource))
        {
            return false;
        }
        SkipSpace();
        return _position >= _json.Length || Syntax("there is more text after the end of the resource; send one resource at a time");
    }

    /// <summary>A resource, of the type that it names itself.</summary>
    private bool ReadResource(int property, NodeFlags flags)
    {
        TypeId type = default;
        switch (FindResourceType(out var name))
        {
            case ResourceTypeSearch.Found:
                type = Definitions.FindResourceType(name);
                if (type.Value == 0)
                {
                    Report("structure", $"{Quote(name)} is not a resource type of R4; correct `resourceType`", ".resourceType");
                }
                break;
            case ResourceTypeSearch.Missing:
                Report("structure", "a resource must say its type in `resourceType`; add it");
                break;
        }
        if (type.Value == 0)
        {
            // Without a type nothing in it can be checked but its JSON.
            return _check && SkipValue();
        }
        var expected = Definitions.Property(property).Type;
        if (property != 0 && !Definitions.IsA(type, expected))
        {
            Report("structure", $"{Quote(name)} cannot stand here; only {Definitions.TypeNameOf(expected)} can");
        }
        return ReadObject(Definitions.Type(type), type, property, flags | NodeFlags.Resource);
    }

    /// <summary>An object of a known type.</summary>
    /// <param name="type">The type whose properties it may have.</param>
    /// <param name="nodeType">The type that the tape gives it: the same, save for what stands beside a primitive.</param>
    private bool ReadObject(TypeDefinition type, TypeId nodeType, int property, NodeFlags flags)
    {
        var index = Add(property, nodeType, NodeKind.Object, flags);
        if (++_depth > _maxDepth)
        {
            return TooDeep();
        }
        _position++;
        ulong seen = 0, seenBeside = 0;
        var nullsOutside = _nulls;
        _nulls = 0;
        if (SkipSpace() == '}')
        {
            Report("structure", "an object must not be empty; leave it out");
        }
        else
        {
            _steps++;
            if (!ReadProperties(type, index, ref seen, ref seenBeside))
            {
                return false;
            }
            _steps--;
        }
        _position++;
        _depth--;
        _nodes[index].Length = _position - _nodes[index].Start;
        _nodes[index].End = _count;
        if (seenBeside != 0 || _nulls != 0)
        {
            LinkCompanions(index);
        }
        _nulls = nullsOutside;
        if (_check)
        {
            var missing = type.Required & ~(seen | seenBeside);
            if (missing != 0)
            {
                ReportMissing(type, missing);
            }
            CheckComplex(index, type, property, flags);
        }
        return true;
    }

    /// <summary>The properties of an object, to before its closing brace.</summary>
    /// <param name="seen">Gets a bit for the slot of each element that is there.</param>
    /// <param name="seenBeside">Gets a bit for the slot of each primitive that has something beside it.</param>
    private bool ReadProperties(TypeDefinition type, int parent, ref ulong seen, ref ulong seenBeside)
    {
        var table = type.Table;
        while (true)
        {
            if (SkipSpace() != '"')
            {
                return Syntax("a property name in double quotes is expected here");
            }
            var nameStart = _position + 1;
            var nameLength = ShortTextLength(nameStart);
            var found = table.Find(_json.Slice(nameStart, nameLength));
            bool goOn;
            if (found != 0 && nameStart + nameLength < _json.Length)
            {
                _position = nameStart + nameLength + 1;
                goOn = ReadElement(parent, found, ref seen, NodeFlags.None);
            }
            else
            {
                goOn = ReadUnusualProperty(type, parent, ref seen, ref seenBeside);
            }
            if (!goOn || _stopped)
            {
                return false;
            }
            switch (SkipSpace())
            {
                case (byte)',':
                    _position++;
                    break;
                case (byte)'}':
                    return true;
                default:
                    return Syntax("`,` or `}` is expected here");
            }
        }
    }

    /// <summary>A property of the type, from after its name on.</summary>
    /// <param name="flags"><see cref="NodeFlags.Companion"/> when the name had an underscore.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool ReadElement(int parent, int property, ref ulong seen, NodeFlags flags)
    {
        ref var step = ref _path[_steps - 1];
        step.Property = property;
        step.Index = -1;
        ref readonly var definition = ref Definitions.Property(property);
        var slot = 1UL << definition.Slot;
        if ((seen & slot) != 0 && _check)
        {
            ReportRepeated(parent, property, flags);
        }
        seen |= slot;
        return SkipColon() && ReadValue(in definition, property, flags);
    }

    /// <summary>A property that is not simply an element of the type: <c>resourceType</c>, what stands beside a primitive, an escaped name,
    /// or an unknown one.</summary>
    private bool ReadUnusualProperty(TypeDefinition type, int parent, ref ulong seen, ref ulong seenBeside)
    {
        var start = _position;
        if (!ReadString(out var escaped))
        {
            return false;
        }
        var name = Text(start, escaped);
        if (type.Table.Find(name) is not 0 and var element)
        {
            return ReadElement(parent, element, ref seen, NodeFlags.None);
        }
        if (name.Length > 1 && name[0] == '_' && type.Table.Find(name[1..]) is not 0 and var primitive
            && Definitions.Property(primitive).Kind != PrimitiveKind.None)
        {
            return ReadElement(parent, primitive, ref seenBeside, NodeFlags.Companion);
        }
        if (type.Kind == TypeKind.Resource && name.SequenceEqual("resourceType"u8))
        {
            return ReadResourceType(parent);
        }
        _steps--;
        Report("structure", $"{Quote(name)} is not an element of {type.Name}; correct its name, leave it out or use an extension",
            "." + Shorten(Encoding.UTF8.GetString(name)));
        return ReadOver();
    }

    /// <summary>The type was looked up before the object was entered: what is left is to see that it is said once.</summary>
    private bool ReadResourceType(int parent)
    {
        _steps--;
        if ((_nodes[parent].Flags & NodeFlags.TypeSaid) != 0)
        {
            Report("structure", "the property occurs twice in the same object; keep one of them", ".resourceType");
        }
        _nodes[parent].Flags |= NodeFlags.TypeSaid;
        return ReadOver();
    }

    /// <summary>The value of a property that is no element, as a step of the path that has no name.</summary>
    private bool ReadOver()
    {
        _path[_steps++] = new Step { Property = 0, Index = -1 };
        return SkipColon() && SkipValue();
    }

    /// <summary>The value of a property, one or an array of them.</summary>
    /// <param name="flags"><see cref="NodeFlags.Companion"/> when the property's name had an underscore.</param>
    private bool ReadValue(in PropertyDefinition definition, int property, NodeFlags flags)
    {
        var next = _json[_position];
        if ((definition.Flags & PropertyFlags.Array) == 0)
        {
            if (next != '[')
            {
                return ReadItem(in definition, property, flags);
            }
            Report("structure", "the element does not repeat: write its value without `[` and `]`");
        }
        else if (next != '[')
        {
            Report("structure", "the element may repeat: write its values in an array, also when there is only one");
            return ReadItem(in definition, property, flags);
        }

        if (++_depth > _maxDepth)
        {
            return TooDeep();
        }
        _position++;
        if (SkipSpace() == ']')
        {
            Report("structure", "an array must not be empty; leave it out");
        }
        else
        {
            ref int item = ref _path[_steps - 1].Index;
            var place = flags | NodeFlags.InArray | NodeFlags.First;
            for (item = 0; ; item++)
            {
                if (!ReadItem(in definition, property, place))
                {
                    return false;
                }
                place &= ~NodeFlags.First;
                next = SkipSpace();
                if (next == ']')
                {
                    break;
                }
                if (next != ',')
                {
                    return Syntax("`,` or `]` is expected here");
                }
                _position++;
                SkipSpace();
            }
            item = -1;
        }
        _position++;
        _depth--;
        return true;
    }

    private bool ReadItem(in PropertyDefinition definition, int property, NodeFlags flags)
    {
        if (_position >= _json.Length)
        {
            return Syntax("the document ends in the middle");
        }
        var first = _json[_position];
        if (definition.Kind != PrimitiveKind.None && (flags & NodeFlags.Companion) == 0)
        {
            return ReadPrimitive(in definition, property, first, flags);
        }
        if (first == '{')
        {
            if ((flags & NodeFlags.Companion) != 0)
            {
                return ReadObject(Definitions.ElementType, definition.Type, property, flags);
            }
            return (definition.Flags & PropertyFlags.AnyResource) != 0
                ? ReadInnerResource(property, flags)
                : ReadObject(Definitions.Type(definition.Type), definition.Type, property, flags);
        }
        if (first == 'n' && (flags & (NodeFlags.Companion | NodeFlags.InArray)) == (NodeFlags.Companion | NodeFlags.InArray))
        {
            var index = Add(property, definition.Type, NodeKind.Null, flags);
            _nulls++;
            return ReadWord("null"u8) && Close(index);
        }
        Report("structure", (flags & NodeFlags.Companion) != 0
            ? $"{Quote(Preview())} cannot stand here: beside a value there is an object with `id` and `extension`"
            : $"{Quote(Preview())} cannot stand here: a {Definitions.TypeNameOf(definition.Type)} is a JSON object");
        return SkipValue();
    }

    private bool ReadInnerResource(int property, NodeFlags flags)
    {
        if (Definitions.NameOf(Definitions.Property(property).Name) != "contained")
        {
            return ReadResource(property, flags);
        }
        if (_containedDepth > 0)
        {
            Report("structure", "a contained resource cannot contain resources itself; put them beside it");
        }
        _containedDepth++;
        var goOn = ReadResource(property, flags);
        _containedDepth--;
        return goOn;
    }

    private int Add(int property, TypeId type, NodeKind kind, NodeFlags flags)
    {
        if (_count == _maxElements)
        {
            // What comes is read on to its end and kept nowhere.
            Report(IssueSeverity.Fatal, "too-costly", Location(), $"the document has more than {_maxElements} elements; split it");
            _stopped = _failed = true;
            return _count - 1;
        }
        if (_count == _nodes.Length)
        {
            Grow();
        }
        ref var node = ref _nodes[_count];
        node.Start = _position;
        node.Length = 0;
        node.End = _count + 1;
        node.Name = Definitions.Property(property).Name;
        node.Type = type;
        node.Property = (ushort)property;
        node.Kind = kind;
        node.Flags = flags;
        return _count++;
    }

    /// <summary>Arrays of usual sizes are borrowed; larger ones are left to the garbage collector, which a pool would keep them from.</summary>
    private void Grow()
    {
        var larger = _count < MostNodesBorrowed ? ArrayPool<Node>.Shared.Rent(2 * _count) : new Node[_count + (_count / 2)];
        _nodes.CopyTo(larger, 0);
        Return();
        _nodes = larger;
    }

    private readonly void Return()
    {
        if (_nodes.Length <= MostNodesBorrowed)
        {
            ArrayPool<Node>.Shared.Return(_nodes);
        }
    }

    private readonly bool Close(int index)
    {
        _nodes[index].Length = _position - _nodes[index].Start;
        return true;
    }

    /// <summary>One step on the way from the root to where the parser is.</summary>
    private struct Step
    {
        public int Property;

        /// <summary>The position in an array; -1 outside of one.</summary>
        public int Index;
    }
}
