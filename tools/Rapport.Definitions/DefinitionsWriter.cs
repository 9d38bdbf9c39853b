using System.Text;

namespace Rapport.DefinitionsTool;

/// <summary>Writes the compiled file; its format is described on <c>DefinitionsFile</c> in Rapport.Fhir. The same input gives the same bytes.</summary>
internal sealed class DefinitionsWriter
{
    private readonly DefinitionSource source;
    private readonly List<byte> output = [];
    private readonly List<string> strings;
    private readonly Dictionary<string, int> stringIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> typeIds = new(StringComparer.Ordinal);

    // Number 0 is kept for "none" in every table.
    private readonly List<CodeSetModel> codeSets = [];
    private readonly Dictionary<string, int> codeSetIds = new(StringComparer.Ordinal);
    private readonly List<IReadOnlyList<string>> targetSets = [];
    private readonly Dictionary<string, int> targetSetIds = new(StringComparer.Ordinal);

    public DefinitionsWriter(DefinitionSource source)
    {
        this.source = source;
        foreach (string name in source.Types.Keys)
        {
            typeIds.Add(name, typeIds.Count + 1);
        }
        foreach (PropertyModel property in source.Types.Values.SelectMany(t => t.Elements).SelectMany(e => e.Properties))
        {
            if (property.CodeSet is { } set && codeSetIds.TryAdd(set.Url, codeSets.Count + 1))
            {
                codeSets.Add(set);
            }
            if (property.Targets.Count > 0 && targetSetIds.TryAdd(string.Join(' ', property.Targets), targetSets.Count + 1))
            {
                targetSets.Add(property.Targets);
            }
        }
        strings = [.. new SortedSet<string>(AllStrings(), StringComparer.Ordinal)];
        for (int i = 0; i < strings.Count; i++)
        {
            stringIds.Add(strings[i], i + 1);
        }
    }

    public byte[] Write()
    {
        output.AddRange("RPR4"u8);
        Number(1);
        Table(strings, Bytes);
        Table(targetSets, set => Table(set, type => Number(typeIds[type])));
        Table(codeSets, set =>
        {
            Id(set.Url);
            Table(set.Systems, system =>
            {
                Id(system.System);
                Table(system.Codes, Id);
            });
        });
        Table([.. source.Types.Values], Type);
        Table(source.SearchParameters, SearchParameter);
        Table([.. source.PatientCompartment], entry =>
        {
            Number(typeIds[entry.Key]);
            Table(entry.Value, Id);
        });
        return [.. output];
    }

    private void Type(TypeModel type)
    {
        Id(type.Name);
        Id(type.FhirName);
        Number(type.Base.Length == 0 ? 0 : typeIds[type.Base]);
        Number((int)type.Kind | (type.IsAbstract ? 4 : 0));
        Table(type.Elements, element =>
        {
            Id(element.Name);
            Number((element.IsRequired ? 1 : 0) | (element.IsArray ? 2 : 0));
            Table(element.Properties, property =>
            {
                Id(property.JsonName);
                Number(typeIds[property.Type]);
                Number(property.CodeSet is null ? 0 : codeSetIds[property.CodeSet.Url]);
                Number(property.Targets.Count == 0 ? 0 : targetSetIds[string.Join(' ', property.Targets)]);
            });
        });
    }

    private void SearchParameter(SearchParameterModel parameter)
    {
        Id(parameter.Url);
        Id(parameter.Code);
        Id(parameter.Type);
        Id(parameter.Expression);
        Table(parameter.Bases, type => Number(typeIds[type]));
        Table(parameter.Targets, type => Number(typeIds[type]));
        Table(parameter.Components, component =>
        {
            Id(component.Definition);
            Id(component.Expression);
        });
    }

    private IEnumerable<string> AllStrings()
    {
        foreach (TypeModel type in source.Types.Values)
        {
            yield return type.Name;
            foreach (ElementModel element in type.Elements)
            {
                yield return element.Name;
                foreach (PropertyModel property in element.Properties)
                {
                    yield return property.JsonName;
                }
            }
        }
        foreach (CodeSetModel set in codeSets)
        {
            yield return set.Url;
            foreach ((string system, IReadOnlyList<string> codes) in set.Systems)
            {
                yield return system;
                foreach (string code in codes)
                {
                    yield return code;
                }
            }
        }
        foreach (SearchParameterModel parameter in source.SearchParameters)
        {
            yield return parameter.Url;
            yield return parameter.Code;
            yield return parameter.Type;
            yield return parameter.Expression;
            foreach ((string definition, string expression) in parameter.Components)
            {
                yield return definition;
                yield return expression;
            }
        }
        foreach (string code in source.PatientCompartment.Values.SelectMany(codes => codes))
        {
            yield return code;
        }
    }

    private void Table<T>(IReadOnlyList<T> items, Action<T> write)
    {
        Number(items.Count);
        foreach (T item in items)
        {
            write(item);
        }
    }

    private void Id(string text) => Number(stringIds[text]);

    private void Bytes(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Number(utf8.Length);
        output.AddRange(utf8);
    }

    /// <summary>Seven bits a byte, low bits first, the high bit set on all but the last.</summary>
    private void Number(int value)
    {
        for (; value >= 128; value >>= 7)
        {
            output.Add((byte)(value | 128));
        }
        output.Add((byte)value);
    }
}
