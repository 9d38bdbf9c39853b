using System.Text.Json;

namespace Rapport.DefinitionsTool;

/// <summary>Reads HL7's definition bundles into the model.</summary>
internal sealed class DefinitionSource
{
    private const string StructureUrl = "http://hl7.org/fhir/StructureDefinition/";
    private const string FhirTypeUrl = StructureUrl + "structuredefinition-fhir-type";

    private readonly ValueSets _valueSets;

    private DefinitionSource(ValueSets valueSets) => _valueSets = valueSets;

    /// <summary>All types, sorted by name.</summary>
    public SortedDictionary<string, TypeModel> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>All search parameters, sorted by URL.</summary>
    public List<SearchParameterModel> SearchParameters { get; } = [];

    /// <summary>For each resource type the search parameters that put it into a patient's compartment.</summary>
    public SortedDictionary<string, List<string>> PatientCompartment { get; } = new(StringComparer.Ordinal);

    public static DefinitionSource Load(string folder)
    {
        List<JsonElement> resources = Resources(folder, "profiles-resources.json");
        var source = new DefinitionSource(new ValueSets([.. Resources(folder, "valuesets.json"), .. Resources(folder, "v3-codesystems.json")]));
        foreach (var resource in resources.Concat(Resources(folder, "profiles-types.json")))
        {
            switch (Text(resource, "resourceType"))
            {
                case "StructureDefinition" when Text(resource, "fhirVersion") == "4.0.1" && Text(resource, "derivation") != "constraint"
                    && Text(resource, "kind") != "logical":
                    source.AddStructure(resource);
                    break;
                case "CompartmentDefinition" when Text(resource, "code") == "Patient":
                    source.AddCompartment(resource);
                    break;
            }
        }
        foreach (var resource in Resources(folder, "search-parameters.json"))
        {
            source.AddSearchParameter(resource);
        }
        source.SearchParameters.Sort((a, b) => string.CompareOrdinal(a.Url, b.Url));
        return source;
    }

    public static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    public static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.EnumerateArray() : [];

    private static List<JsonElement> Resources(string folder, string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, file)));
        return [.. Items(document.RootElement.Clone(), "entry").Select(e => e.GetProperty("resource"))];
    }

    private void AddStructure(JsonElement structure)
    {
        var name = Text(structure, "type");
        TypeKind kind = Text(structure, "kind") switch
        {
            "resource" => TypeKind.Resource,
            "primitive-type" => TypeKind.Primitive,
            _ => TypeKind.Complex,
        };
        var isAbstract = structure.GetProperty("abstract").GetBoolean();
        Types.Add(name, new TypeModel(name, name, Text(structure, "baseDefinition").Replace(StructureUrl, "", StringComparison.Ordinal), kind, isAbstract));

        List<JsonElement> elements = [.. structure.GetProperty("snapshot").GetProperty("element").EnumerateArray().Skip(1)];
        HashSet<string> parents = [.. elements.Select(e => Parent(Text(e, "path")))];
        foreach (var element in elements)
        {
            var path = Text(element, "path");
            if (kind == TypeKind.Primitive && path == name + ".value")
            {
                continue;
            }
            if (parents.Contains(path))
            {
                var fhirName = Text(Items(element, "type").Single(), "code");
                Types.Add(path, new TypeModel(path, fhirName, fhirName, TypeKind.Complex, IsAbstract: false));
            }
            if (Text(element, "max") != "0")
            {
                Types[Parent(path)].Elements.Add(Element(element, path, parents.Contains(path), kind));
            }
        }
    }

    private ElementModel Element(JsonElement element, string path, bool isNested, TypeKind kind)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        var isRequired = element.GetProperty("min").GetInt32() > 0;
        var isArray = Text(element, "max") == "*";
        CodeSetModel? codes = element.TryGetProperty("binding", out var binding) && Text(binding, "strength") == "required"
            ? _valueSets.Expand(Text(binding, "valueSet"))
            : null;
        List<PropertyModel> properties = [];
        if (isNested)
        {
            properties.Add(new PropertyModel(name, path, null, []));
        }
        else if (element.TryGetProperty("contentReference", out var content))
        {
            properties.Add(new PropertyModel(name, content.GetString()!.TrimStart('#'), null, []));
        }
        else
        {
            var isChoice = name.EndsWith("[x]", StringComparison.Ordinal);
            name = isChoice ? name[..^3] : name;
            foreach (var type in element.GetProperty("type").EnumerateArray())
            {
                var code = TypeCode(type);
                // R4 gives a resource's id the type string by an oversight that R4B corrects; its own text asks for an id.
                if (kind == TypeKind.Resource && name == "id" && path.Count(c => c == '.') == 1)
                {
                    code = "id";
                }
                var jsonName = isChoice ? name + char.ToUpperInvariant(code[0]) + code[1..] : name;
                var bound = code is "code" or "Coding" or "CodeableConcept";
                properties.Add(new PropertyModel(jsonName, code, bound ? codes : null, code == "Reference" ? Targets(type) : []));
            }
        }
        return new ElementModel(name, isRequired, isArray, properties);
    }

    private static string TypeCode(JsonElement type)
    {
        var code = Text(type, "code");
        if (!code.StartsWith("http://hl7.org/fhirpath/", StringComparison.Ordinal))
        {
            return code;
        }
        var fhirType = Items(type, "extension").FirstOrDefault(e => Text(e, "url") == FhirTypeUrl);
        return fhirType.ValueKind == JsonValueKind.Undefined ? "string" : Text(fhirType, "valueUrl");
    }

    private static List<string> Targets(JsonElement type)
    {
        List<string> targets = [.. Items(type, "targetProfile").Select(p => p.GetString()!.Replace(StructureUrl, "", StringComparison.Ordinal))];
        targets.Sort(StringComparer.Ordinal);
        return targets.Contains("Resource") ? [] : targets;
    }

    private void AddCompartment(JsonElement compartment)
    {
        foreach (var resource in Items(compartment, "resource"))
        {
            List<string> parameters = [.. Items(resource, "param").Select(p => p.GetString()!)];
            if (parameters.Count > 0)
            {
                PatientCompartment.Add(Text(resource, "code"), parameters);
            }
        }
    }

    private void AddSearchParameter(JsonElement parameter)
    {
        List<string> bases = [.. Items(parameter, "base").Select(b => b.GetString()!).Where(Types.ContainsKey)];
        if (bases.Count == 0)
        {
            return;
        }
        SearchParameters.Add(new SearchParameterModel(
            Text(parameter, "url"),
            Text(parameter, "code"),
            Text(parameter, "type"),
            Text(parameter, "expression"),
            bases,
            [.. Items(parameter, "target").Select(t => t.GetString()!).Where(Types.ContainsKey)],
            [.. Items(parameter, "component").Select(c => (Text(c, "definition"), Text(c, "expression")))]));
    }

    private static string Parent(string path) => path.Contains('.', StringComparison.Ordinal) ? path[..path.LastIndexOf('.')] : "";
}
