namespace Rapport.Gathering.Tests;

/// <summary>What the name of a column means.</summary>
public sealed class CsvMeaningTests
{
    [Theory]
    [InlineData("Sistólica", "systolic")]
    [InlineData("Presión sistólica", "systolic")]
    [InlineData("Diastólico", "diastolic")]
    [InlineData("Tensión diastólica", "diastolic")]
    [InlineData("Körpergewicht", "weight")]
    [InlineData("Glycémie", "glucose")]
    [InlineData("Saturación de oxígeno", "oxygen")]
    public void Names_are_known_with_their_accents(string name, string role) => Assert.Equal(role, CsvMeaning.RoleOf(name));
}
