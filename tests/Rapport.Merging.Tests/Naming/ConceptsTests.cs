namespace Rapport.Merging.Tests.Naming;

/// <summary>The list of what is called one thing.</summary>
public sealed class ConceptsTests
{
    [Fact]
    public void No_name_and_no_code_stands_on_two_lines()
    {
        var lines = WordList.Lines("Concepts.txt").Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        var codes = lines.SelectMany((line, i) => line.Skip(1).SelectMany(part => part.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var system, .. var rest] ? rest.Select(code => (Line: i, Key: $"{system} {code}")) : []));
        foreach (var rules in NameRules.All)
        {
            var names = lines.SelectMany((line, i) => line[0].Split(';').Select(name => (Line: i, Key: Names.Normal(name, rules)!)));
            Assert.Empty(names.Concat(codes).Distinct().CountBy(name => name.Key).Where(name => name.Value > 1).Select(name => name.Key));
        }
    }

    [Theory]
    [InlineData(FactKind.Problem, "Essential (primary) hypertension", "High blood pressure")]
    [InlineData(FactKind.Measurement, "Hemoglobin A1c/Hemoglobin.total in Blood", "HbA1c")]
    [InlineData(FactKind.Problem, "Diabetes mellitus type 2 (disorder)", "T2DM")]
    [InlineData(FactKind.Problem, "Chronic obstructive lung disease", "COPD")]
    [InlineData(FactKind.Problem, "Gastro-oesophageal reflux disease", "GERD")]
    internal void These_are_one(FactKind kind, string one, string other)
    {
        Assert.NotNull(Concept(kind, one));
        Assert.Equal(Concept(kind, one), Concept(kind, other));
    }

    [Theory]
    [InlineData(FactKind.Problem, "Type 1 diabetes", "Type 2 diabetes")]
    [InlineData(FactKind.Measurement, "HDL cholesterol", "LDL cholesterol")]
    [InlineData(FactKind.Problem, "Myocardial infarction", "History of myocardial infarction")]
    [InlineData(FactKind.Problem, "Rhinitis", "Allergic rhinitis")]
    [InlineData(FactKind.Measurement, "Glucose in serum", "Glucose in urine by test strip")]
    [InlineData(FactKind.Problem, "Osteoarthritis of hip", "Osteoarthritis of knee")]
    internal void These_are_two(FactKind kind, string one, string other)
    {
        var rules = NameRules.Of(kind);
        Assert.NotEqual(Names.Normal(one, rules), Names.Normal(other, rules));
        Assert.NotEqual(Concept(kind, one), Concept(kind, other));
        Assert.False(Names.AreAlike(Names.WordKeys(one, rules), Names.WordKeys(other, rules)) && Comparison.ComparesWords(kind));
    }

    private static ulong? Concept(FactKind kind, string name) => Concepts.OfName(Names.Normal(name, NameRules.Of(kind)), NameRules.Of(kind));
}
