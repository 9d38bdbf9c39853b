namespace Rapport.Merging.Tests.Naming;

/// <summary>The list of what is called one thing.</summary>
public sealed class ConceptsTests
{
    [Fact]
    public void No_name_and_no_code_stands_on_two_lines()
    {
        var lines = WordList.Lines("Concepts.txt").Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        var names = lines.SelectMany((line, i) => line[0].Split(';').Select(name => (Line: i, Key: Names.Normal(name)!)));
        var codes = lines.SelectMany((line, i) => line.Skip(1).SelectMany(part => part.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var system, .. var rest] ? rest.Select(code => (Line: i, Key: $"{system} {code}")) : []));
        Assert.Empty(names.Concat(codes).Distinct().CountBy(name => name.Key).Where(name => name.Value > 1).Select(name => name.Key));
    }

    [Theory]
    [InlineData("Essential (primary) hypertension", "High blood pressure")]
    [InlineData("Hemoglobin A1c/Hemoglobin.total in Blood", "HbA1c")]
    [InlineData("Diabetes mellitus type 2 (disorder)", "T2DM")]
    [InlineData("Chronic obstructive lung disease", "COPD")]
    [InlineData("Gastro-oesophageal reflux disease", "GERD")]
    public void These_are_one(string one, string other)
    {
        Assert.NotNull(Concepts.OfName(Names.Normal(one)));
        Assert.Equal(Concepts.OfName(Names.Normal(one)), Concepts.OfName(Names.Normal(other)));
    }

    [Theory]
    [InlineData("Type 1 diabetes", "Type 2 diabetes")]
    [InlineData("HDL cholesterol", "LDL cholesterol")]
    [InlineData("Myocardial infarction", "History of myocardial infarction")]
    [InlineData("Glucose in serum", "Glucose in urine by test strip")]
    [InlineData("Osteoarthritis of hip", "Osteoarthritis of knee")]
    public void These_are_two(string one, string other)
    {
        Assert.NotEqual(Names.Normal(one), Names.Normal(other));
        Assert.NotEqual(Concepts.OfName(Names.Normal(one)), Concepts.OfName(Names.Normal(other)));
        Assert.False(Names.AreAlike(Names.WordKeys(one), Names.WordKeys(other)));
    }
}
