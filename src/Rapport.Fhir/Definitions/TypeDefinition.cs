namespace Rapport.Fhir;

/// <summary>A resource type, a data type or a nested part of one.</summary>
internal sealed class TypeDefinition
{
    private readonly int _firstProperty;
    private readonly int _propertyCount;
    private TextTable? _table;

    public TypeDefinition(
        TypeId id, string name, string fhirName, TypeId baseType, TypeKind kind, bool isAbstract, int firstProperty, int propertyCount, ulong required)
    {
        Id = id;
        Name = name;
        FhirName = fhirName;
        Base = baseType;
        Kind = kind;
        IsAbstract = isAbstract;
        Required = required;
        _firstProperty = firstProperty;
        _propertyCount = propertyCount;
        Primitive = kind == TypeKind.Primitive ? Enum.Parse<PrimitiveKind>(name, ignoreCase: true) : PrimitiveKind.None;
    }

    public TypeId Id { get; }

    /// <summary>The type's name; for a nested part its path, such as <c>Observation.component</c>.</summary>
    public string Name { get; }

    /// <summary>What FHIR calls it: the name, or <c>BackboneElement</c> or <c>Element</c> for a nested part.</summary>
    public string FhirName { get; }

    /// <summary>The type that it specialises; none for <c>Element</c> and <c>Resource</c>.</summary>
    public TypeId Base { get; }

    public TypeKind Kind { get; }

    public bool IsAbstract { get; }

    public PrimitiveKind Primitive { get; }

    /// <summary>A bit for each slot whose element must be there.</summary>
    public ulong Required { get; }

    /// <summary>The index of its first property in <see cref="Definitions.Properties"/>; the others follow.</summary>
    public int FirstProperty => _firstProperty;

    public ReadOnlySpan<PropertyDefinition> Properties => Definitions.Properties.Slice(_firstProperty, _propertyCount);

    /// <summary>Finds properties by their JSON name.</summary>
    public TextTable Table => _table ?? BuildTable();

    // Two threads may build it at once: both get the same.
    private TextTable BuildTable()
    {
        var built = new TextTable(_propertyCount);
        for (var i = 0; i < _propertyCount; i++)
        {
            built.Add(Definitions.Utf8Of(Definitions.Properties[_firstProperty + i].JsonName), (ushort)(_firstProperty + i));
        }
        _table = built;
        return built;
    }
}

internal enum TypeKind : byte
{
    Complex,
    Primitive,
    Resource,
}
