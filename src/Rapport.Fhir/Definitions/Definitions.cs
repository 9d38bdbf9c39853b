namespace Rapport.Fhir;

/// <summary>The R4 definitions, loaded on first use. Everything here is immutable and safe to share.</summary>
internal static class Definitions
{
    private static readonly DefinitionsFile _file = new();
    private static readonly PropertyDefinition[] _allProperties = _file.Properties;
    private static readonly TypeDefinition[] _allTypes = _file.Types;
    private static readonly string[] _strings = _file.Strings;
    private static readonly Dictionary<string, ushort> _nameIds = Names();
    private static readonly Dictionary<string, TypeId> _typeIds = _allTypes.Skip(1).ToDictionary(t => t.Name, t => t.Id);
    private static readonly TextTable _resourceTypes = ResourceTable();
    private static readonly Lazy<(SearchParameterDefinition[] Parameters, Dictionary<TypeId, string[]> Compartment)> _search =
        new(_file.ReadSearchParameters);

    /// <summary>The properties of all types, a type's properties together; the first is none.</summary>
    public static ReadOnlySpan<PropertyDefinition> Properties => _allProperties;

    /// <summary>All types; the first is none.</summary>
    public static ReadOnlySpan<TypeDefinition> Types => _allTypes;

    /// <summary>The type of what a primitive has beside its value: an id and extensions.</summary>
    public static TypeDefinition ElementType { get; } = _allTypes[_typeIds["Element"].Value];

    public static IReadOnlyList<SearchParameterDefinition> SearchParameters => _search.Value.Parameters;

    /// <summary>For each resource type the codes of the search parameters that put it into a patient's compartment; a type that is not
    /// there is in no compartment.</summary>
    public static IReadOnlyDictionary<TypeId, string[]> PatientCompartment => _search.Value.Compartment;

    public static ref readonly PropertyDefinition Property(int property) => ref _allProperties[property];

    public static TypeDefinition Type(TypeId type) => _allTypes[type.Value];

    /// <param name="number">Not 0.</param>
    public static CodeSet CodeSets(ushort number) => _file.CodeSets[number - 1];

    /// <param name="number">Not 0.</param>
    public static TargetSet TargetSets(ushort number) => _file.TargetSets[number - 1];

    /// <summary>The number of an element's name; that of no name when no R4 element is called so.</summary>
    public static NameId FindName(string name) => new(_nameIds.GetValueOrDefault(name));

    public static string NameOf(NameId name) => _strings[name.Value];

    public static ReadOnlySpan<byte> Utf8Of(NameId name) => _file.Utf8(name.Value);

    /// <summary>The type of that name (<c>Patient</c>, <c>date</c>, <c>Observation.component</c>); none when R4 has no such type.</summary>
    public static TypeId FindType(string name) => _typeIds.GetValueOrDefault(name);

    /// <summary>The resource type of that name, none when R4 has no such type or it is abstract.</summary>
    public static TypeId FindResourceType(ReadOnlySpan<byte> name) => new(_resourceTypes.Find(name));

    /// <summary>What FHIR calls the type: <c>BackboneElement</c> for <c>Observation.component</c>.</summary>
    public static string TypeNameOf(TypeId type) => type.Value == 0 ? "" : _allTypes[type.Value].FhirName;

    public static string JsonNameOf(int property) => _strings[_allProperties[property].JsonName.Value];

    /// <summary>Whether a type is another or specialises it: a <c>code</c> is a <c>string</c>, an <c>Age</c> a <c>Quantity</c>.</summary>
    public static bool IsA(TypeId type, TypeId other)
    {
        for (; type.Value != 0; type = _allTypes[type.Value].Base)
        {
            if (type == other)
            {
                return true;
            }
        }
        return false;
    }

    private static Dictionary<string, ushort> Names()
    {
        var names = new Dictionary<string, ushort>();
        foreach (ref var property in _allProperties.AsSpan(1))
        {
            names[_strings[property.Name.Value]] = property.Name.Value;
        }
        return names;
    }

    private static TextTable ResourceTable()
    {
        var table = new TextTable(200);
        foreach (var type in _allTypes.AsSpan(1))
        {
            if (type.Kind == TypeKind.Resource && !type.IsAbstract)
            {
                table.Add(System.Text.Encoding.UTF8.GetBytes(type.Name), type.Id.Value);
            }
        }
        return table;
    }
}
