using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// Reads <c>r4.definitions.bin</c>, which tools/Rapport.Definitions compiles from HL7's definitions.
/// <para>
/// The file starts with the bytes <c>RPR4</c> and the version 1. Numbers are unsigned, seven bits a byte, low bits first, the high bit
/// set on all but the last. A table is a count and its items; items of a top-level table are numbered from 1, so that 0 is "none". A
/// text is a number in the table of strings, a type a number in the table of types. The tables, in this order:
/// </para>
/// <list type="number">
/// <item>strings: length, UTF-8 bytes</item>
/// <item>target sets: table of types</item>
/// <item>code sets: text url; table of (text system; table of text code)</item>
/// <item>types: text name, text FHIR name, base type, kind + 4 if abstract; table of elements: text name, 1 if required + 2 if an
/// array; table of properties: text JSON name, type, code set, target set</item>
/// <item>search parameters: text url, code, type, expression; table of base types; table of target types; table of components: text
/// definition, text expression</item>
/// <item>the patient compartment: type; table of text search parameter code</item>
/// </list>
/// </summary>
internal sealed class DefinitionsFile
{
    private readonly byte[] _bytes;
    private readonly int _searchParametersStart;
    private int _position;

    public DefinitionsFile()
    {
        using (var stream = typeof(DefinitionsFile).Assembly.GetManifestResourceStream("r4.definitions.bin")
            ?? throw new InvalidDataException("the definitions are not embedded"))
        {
            _bytes = new byte[stream.Length];
            stream.ReadExactly(_bytes);
        }
        if (!_bytes.AsSpan().StartsWith("RPR4"u8) || _bytes[4] != 1)
        {
            throw new InvalidDataException("the embedded definitions have an unknown format");
        }
        _position = 5;
        ReadStrings();
        TargetSets = Table(() => new TargetSet(Table(Type)));
        CodeSets = Table(() => new CodeSet(Text(), Table(() => (Encoding.UTF8.GetBytes(Text()), Table(Name)))));
        ReadTypes();
        _searchParametersStart = _position;
    }

    /// <summary>All strings; the first is empty.</summary>
    public string[] Strings { get; private set; } = [];

    /// <summary>From each string's number to where its UTF-8 starts and how long it is.</summary>
    public (int Start, int Length)[] StringPlaces { get; private set; } = [];

    /// <summary>By number - 1.</summary>
    public TargetSet[] TargetSets { get; }

    /// <summary>By number - 1.</summary>
    public CodeSet[] CodeSets { get; }

    /// <summary>By number; the first is <see langword="null"/>.</summary>
    public TypeDefinition[] Types { get; private set; } = [];

    /// <summary>The properties of all types; the first is none.</summary>
    public PropertyDefinition[] Properties { get; private set; } = [];

    public ReadOnlySpan<byte> Utf8(int text) => _bytes.AsSpan(StringPlaces[text].Start, StringPlaces[text].Length);

    public (SearchParameterDefinition[] Parameters, Dictionary<TypeId, string[]> Compartment) ReadSearchParameters()
    {
        _position = _searchParametersStart;
        var parameters = Table(() =>
            new SearchParameterDefinition(Text(), Text(), Text(), Text(), Table(Type), Table(Type), Table(() => (Text(), Text()))));
        return (parameters, Table(() => (Type(), Table(Text))).ToDictionary(entry => entry.Item1, entry => entry.Item2));
    }

    private void ReadStrings()
    {
        var count = Number();
        Strings = new string[count + 1];
        StringPlaces = new (int, int)[count + 1];
        Strings[0] = "";
        for (var i = 1; i <= count; i++)
        {
            var length = Number();
            Strings[i] = Encoding.UTF8.GetString(_bytes, _position, length);
            StringPlaces[i] = (_position, length);
            _position += length;
        }
    }

    private void ReadTypes()
    {
        var count = Number();
        Types = new TypeDefinition[count + 1];
        var properties = new List<PropertyDefinition>(9000) { default };
        for (var i = 1; i <= count; i++)
        {
            var name = Text();
            var fhirName = Text();
            var baseType = Type();
            var kind = Number();
            var first = properties.Count;
            ulong required = 0;
            var elements = Number();
            for (var slot = 0; slot < elements; slot++)
            {
                required |= ReadElement((byte)slot, properties) ? 1UL << slot : 0;
            }
            var id = new TypeId((ushort)i);
            Types[i] = new TypeDefinition(
                id, name, fhirName, baseType, (TypeKind)(kind & 3), (kind & 4) != 0, first, properties.Count - first, required);
        }
        Properties = [.. properties];
        foreach (ref var property in Properties.AsSpan(1))
        {
            var type = Types[property.Type.Value];
            property.Kind = type.Primitive;
            if (type.Kind == TypeKind.Resource)
            {
                property.Flags |= PropertyFlags.AnyResource;
            }
        }
    }

    private bool ReadElement(byte slot, List<PropertyDefinition> properties)
    {
        var name = Name();
        var cardinality = Number();
        var alternatives = Number();
        var flags = ((cardinality & 2) != 0 ? PropertyFlags.Array : PropertyFlags.None)
            | ((cardinality & 1) != 0 ? PropertyFlags.Required : PropertyFlags.None)
            | (alternatives > 1 ? PropertyFlags.Choice : PropertyFlags.None);
        for (var i = 0; i < alternatives; i++)
        {
            properties.Add(new PropertyDefinition
            {
                Name = name,
                JsonName = Name(),
                Type = Type(),
                CodeSet = (ushort)Number(),
                Targets = (ushort)Number(),
                Slot = slot,
                Flags = flags,
            });
        }
        return (cardinality & 1) != 0;
    }

    private T[] Table<T>(Func<T> read)
    {
        var items = new T[Number()];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = read();
        }
        return items;
    }

    private string Text() => Strings[Number()];

    private NameId Name() => new((ushort)Number());

    private TypeId Type() => new((ushort)Number());

    private int Number()
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = _bytes[_position++];
            value |= (next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }
    }
}
