using System.Text;

namespace Rapport.Fhir.Tests.Compiled;

/// <summary>Samples of what the compiled definitions say, taken from the published specification.</summary>
public sealed class DefinitionsTests
{
    [Fact]
    public void All_resource_types_are_there()
    {
        List<string> types = [.. Definitions.Types[1..].ToArray().Where(t => t.Kind == TypeKind.Resource && !t.IsAbstract).Select(t => t.Name)];
        Assert.Equal(146, types.Count);
        Assert.All(types, type => Assert.Equal(type, Definitions.Type(Definitions.FindResourceType(Encoding.UTF8.GetBytes(type))).Name));
    }

    [Fact]
    public void Every_property_is_found_by_its_name()
    {
        foreach (var type in Definitions.Types[1..])
        {
            for (var i = 0; i < type.Properties.Length; i++)
            {
                Assert.Equal(type.FirstProperty + i, type.Table.Find(Definitions.Utf8Of(type.Properties[i].JsonName)));
            }
            Assert.Equal(0, type.Table.Find("pigeon"u8));
            Assert.Equal(0, type.Table.Find(""u8));
            Assert.All(type.Properties.ToArray(), p => Assert.InRange(p.Slot, 0, 63));
        }
    }

    [Theory]
    [InlineData("Patient", "birthDate", "birthDate", "date", "")]
    [InlineData("Patient", "name", "name", "HumanName", "Array")]
    [InlineData("Patient", "deceasedDateTime", "deceased", "dateTime", "Choice")]
    [InlineData("Patient", "contained", "contained", "Resource", "Array, AnyResource")]
    [InlineData("Observation", "status", "status", "code", "Required")]
    [InlineData("Observation", "component", "component", "Observation.component", "Array")]
    [InlineData("Observation.component", "referenceRange", "referenceRange", "Observation.referenceRange", "Array")]
    [InlineData("Questionnaire.item", "item", "item", "Questionnaire.item", "Array")]
    [InlineData("Extension", "url", "url", "uri", "Required")]
    [InlineData("Element", "id", "id", "string", "")]
    [InlineData("Patient", "id", "id", "id", "")]
    [InlineData("Timing", "repeat", "repeat", "Timing.repeat", "")]
    public void Elements_are_as_specified(string type, string json, string name, string elementType, string flags)
    {
        var property = Find(type, json);
        Assert.Equal(name, Definitions.NameOf(property.Name));
        Assert.Equal(elementType, Definitions.Type(property.Type).Name);
        Assert.Equal(flags.Length == 0 ? PropertyFlags.None : Enum.Parse<PropertyFlags>(flags), property.Flags);
    }

    [Fact]
    public void Types_have_their_place_in_the_hierarchy()
    {
        Assert.True(Definitions.IsA(Definitions.FindType("code"), Definitions.FindType("string")));
        Assert.True(Definitions.IsA(Definitions.FindType("Age"), Definitions.FindType("Quantity")));
        Assert.True(Definitions.IsA(Definitions.FindType("Patient"), Definitions.FindType("Resource")));
        Assert.True(Definitions.IsA(Definitions.FindType("Observation.component"), Definitions.FindType("BackboneElement")));
        Assert.False(Definitions.IsA(Definitions.FindType("Binary"), Definitions.FindType("DomainResource")));
        Assert.Equal("BackboneElement", Definitions.TypeNameOf(Definitions.FindType("Observation.component")));
    }

    [Fact]
    public void Required_bindings_hold_the_codes_of_nested_and_joined_systems()
    {
        var eventTiming = Definitions.CodeSets(Find("Timing.repeat", "when").CodeSet);
        Assert.True(eventTiming.Contains("MORN"u8));
        Assert.True(eventTiming.Contains("ACM"u8));
        Assert.False(eventTiming.Contains("acm"u8));
        var clinicalStatus = Definitions.CodeSets(Find("Condition", "clinicalStatus").CodeSet);
        Assert.True(clinicalStatus.Contains("http://terminology.hl7.org/CodeSystem/condition-clinical"u8, "recurrence"u8));
        Assert.False(clinicalStatus.Contains("http://example.org"u8, "recurrence"u8));
        Assert.Equal(0, Find("Attachment", "contentType").CodeSet);
    }

    [Fact]
    public void References_know_their_targets()
    {
        var subject = Definitions.TargetSets(Find("Condition", "subject").Targets);
        Assert.True(subject.Allows(Definitions.FindType("Patient")));
        Assert.False(subject.Allows(Definitions.FindType("Device")));
        Assert.Equal(0, Find("Provenance", "target").Targets);
    }

    [Fact]
    public void Search_parameters_and_the_patient_compartment_are_there()
    {
        var pair = Assert.Single(Definitions.SearchParameters, p => p.Url == "http://hl7.org/fhir/SearchParameter/Observation-code-value-quantity");
        Assert.Equal(("code-value-quantity", "composite", "Observation"), (pair.Code, pair.Type, pair.Expression));
        Assert.Equal(Definitions.FindType("Observation"), Assert.Single(pair.Bases));
        Assert.Equal([("http://hl7.org/fhir/SearchParameter/clinical-code", "code"), ("http://hl7.org/fhir/SearchParameter/Observation-value-quantity", "value.as(Quantity)")], pair.Components);
        Assert.Equal(1375, Definitions.SearchParameters.Count);

        Assert.Equal(["subject", "performer"], Definitions.PatientCompartment[Definitions.FindType("Observation")]);
        Assert.False(Definitions.PatientCompartment.ContainsKey(Definitions.FindType("Organization")));
    }

    private static PropertyDefinition Find(string type, string property) =>
        Definitions.Property(Definitions.Type(Definitions.FindType(type)).Table.Find(Encoding.UTF8.GetBytes(property)));
}
