namespace Rapport.Fhir;

/// <summary>The R4 definitions, loaded on first use. Everything here is immutable and safe to share.</summary>
internal static class Definitions
{
    private static readonly DefinitionsFile File = new();
    private static readonly PropertyDefinition[] AllProperties = File.Properties;
    private static readonly TypeDefinition[] AllTypes = File.Types;
    private static readonly string[] Strings = File.Strings;
    private static readonly Dictionary<string, ushort> NameIds = Names();
    private static readonly Dictionary<string, TypeId> TypeIds = AllTypes.Skip(1).ToDictionary(t => t.Name, t => t.Id);
    private static readonly TextTable ResourceTypes = ResourceTable();
    private static readonly Lazy<(SearchParameterDefinition[] Parameters, Dictionary<TypeId, string[]> Compartment)> Search = new(File.ReadSearchParameters);

    /// <summary>The properties of all types, a type's properties together; the first is none.</summary>
    public static ReadOnlySpan<PropertyDefinition> Properties => AllProperties;

    /// <summary>All types; the first is none.</summary>
    public static ReadOnlySpan<TypeDefinition> Types => AllTypes;

    /// <summary>The type of what a primitive has beside its value: an id and extensions.</summary>
    public static TypeDefinition ElementType { get; } = AllTypes[TypeIds["Element"].Value];

    public static IReadOnlyList<SearchParameterDefinition> SearchParameters => Search.Value.Parameters;

    /// <summary>For each resource type the codes of the search parameters that put it into a patient's compartment; a type that is not
    /// there is in no compartment.</summary>
    public static IReadOnlyDictionary<TypeId, string[]> PatientCompartment => Search.Value.Compartment;

    public static ref readonly PropertyDefinition Property(int property) => ref AllProperties[property];

    public static TypeDefinition Type(TypeId type) => AllTypes[type.Value];

    /// <param name="number">Not 0.</param>
    public static CodeSet CodeSets(ushort number) => File.CodeSets[number - 1];

    /// <param name="number">Not 0.</param>
    public static TargetSet TargetSets(ushort number) => File.TargetSets[number - 1];

    /// <summary>The number of an element's name; that of no name when no R4 element is called so.</summary>
    public static NameId FindName(string name) => new(NameIds.GetValueOrDefault(name));

    public static string NameOf(NameId name) => Strings[name.Value];

    public static ReadOnlySpan<byte> Utf8Of(NameId name) => File.Utf8(name.Value);

    /// <summary>The type of that name (<c>Patient</c>, <c>date</c>, <c>Observation.component</c>); none when R4 has no such type.</summary>
    public static TypeId FindType(string name) => TypeIds.GetValueOrDefault(name);

    /// <summary>The resource type of that name, none when R4 has no such type or it is abstract.</summary>
    public static TypeId FindResourceType(ReadOnlySpan<byte> name) => new(ResourceTypes.Find(name));

    /// <summary>What FHIR calls the type: <c>BackboneElement</c> for <c>Observation.component</c>.</summary>
    public static string TypeNameOf(TypeId type) => type.Value == 0 ? "" : AllTypes[type.Value].FhirName;

    public static string JsonNameOf(int property) => Strings[AllProperties[property].JsonName.Value];

    /// <summary>Whether a type is another or specialises it: a <c>code</c> is a <c>string</c>, an <c>Age</c> a <c>Quantity</c>.</summary>
    public static bool IsA(TypeId type, TypeId other)
    {
        for (; type.Value != 0; type = AllTypes[type.Value].Base)
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
        foreach (ref PropertyDefinition property in AllProperties.AsSpan(1))
        {
            names[Strings[property.Name.Value]] = property.Name.Value;
        }
        return names;
    }

    private static TextTable ResourceTable()
    {
        var table = new TextTable(200);
        foreach (TypeDefinition type in AllTypes.AsSpan(1))
        {
            if (type.Kind == TypeKind.Resource && !type.IsAbstract)
            {
                table.Add(System.Text.Encoding.UTF8.GetBytes(type.Name), type.Id.Value);
            }
        }
        return table;
    }
}
