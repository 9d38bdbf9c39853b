using System.Text;

namespace Rapport.Fhir.Tests;

public sealed class ElementTests
{
    private static Resource Read(string json) => Resource.Read(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Repetitions_are_elements_of_their_own_and_locations_count_them()
    {
        var patient = Read("""{"resourceType":"Patient","name":[{"given":["A","B"]},{"family":"C"}]}""");
        Assert.Equal("Patient", patient.TypeName);
        var locations = new List<string>();
        foreach (var name in patient.Root.Children)
        {
            foreach (var part in name.Children)
            {
                locations.Add(part.Location + "=" + part.GetString());
            }
        }
        Assert.Equal(["Patient.name[0].given[0]=A", "Patient.name[0].given[1]=B", "Patient.name[1].family=C"], locations);
    }

    [Fact]
    public void A_primitive_owns_the_extensions_that_came_beside_it()
    {
        var patient = Read("""{"resourceType":"Patient","_birthDate":{"id":"b"},"birthDate":"2001-02","_gender":{"id":"g"}}""");
        Assert.True(patient.Root.TryGetChild("birthDate", out var birthDate));
        Assert.True(birthDate.ValueEquals("2001-02"u8));
        Assert.True(birthDate.TryGetChild("id", out var id));
        Assert.Equal("b", id.GetString());
        Assert.True(patient.Root.TryGetChild("gender", out var gender));
        Assert.False(gender.HasValue);
        Assert.True(gender.TryGetChild("id", out id));
        Assert.Equal("g", id.GetString());
        var count = 0;
        foreach (var _ in patient.Root.Children)
        {
            count++;
        }
        Assert.Equal(2, count);
    }

    [Fact]
    public void A_bundle_entry_can_be_taken_on_its_own()
    {
        var bundle = Read("""{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p"}}]}""");
        Assert.True(bundle.Root.TryGetChild("entry", out var entry));
        Assert.True(entry.TryGetChild("resource", out var element));
        var patient = element.ToResource();
        Assert.Equal("Patient", patient.TypeName);
        Assert.Equal("p", patient.Id);
        Assert.Equal("""{"resourceType":"Patient","id":"p"}""", Encoding.UTF8.GetString(patient.Json.Span));
        Assert.True(patient.Root.TryGetChild("id", out var id));
        Assert.Equal("Patient.id", id.Location);
    }
}
