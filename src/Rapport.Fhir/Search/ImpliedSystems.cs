using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// The code systems that primitive codes and booleans do not name because their elements imply them (FHIR R4, Search, 3.1.1.4.10):
/// <c>http://hl7.org/fhir/administrative-gender</c> for <c>Patient.gender</c>.
/// </summary>
internal static class ImpliedSystems
{
    private const string OfBooleans = "http://terminology.hl7.org/CodeSystem/special-values";

    /// <summary>Whether an element that the parameter looks at implies the system for that code.</summary>
    public static bool Imply(string resourceType, SearchParameter parameter, string system, string code)
    {
        foreach (var node in parameter.Paths.GetValueOrDefault(resourceType) ?? parameter.Paths[SearchDefinitions.EveryResource])
        {
            foreach (var property in PropertiesAt(node, Definitions.FindType(resourceType)))
            {
                if (property.Kind == PrimitiveKind.Boolean ? system == OfBooleans
                    : property.Kind == PrimitiveKind.Code && property.CodeSet != 0
                        && Definitions.CodeSets(property.CodeSet).Contains(Encoding.UTF8.GetBytes(system), Encoding.UTF8.GetBytes(code)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The properties that a path leads to; none for what is more than a path.</summary>
    private static IEnumerable<PropertyDefinition> PropertiesAt(PathNode node, TypeId resourceType) => node switch
    {
        PathMember member => TypesAt(member.Source, resourceType)
            .SelectMany(type => Definitions.Type(type).Properties.ToArray())
            .Where(property => property.Name == member.Id),
        PathOfType cast => PropertiesAt(cast.Source, resourceType).Where(property => cast.Type.Accepts(property.Type)),
        PathWhere where => PropertiesAt(where.Source, resourceType),
        _ => [],
    };

    private static IEnumerable<TypeId> TypesAt(PathNode node, TypeId resourceType) =>
        node is PathRootType ? [resourceType] : PropertiesAt(node, resourceType).Select(property => property.Type);
}
