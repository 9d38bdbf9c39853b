using System.Globalization;

namespace Rapport.Fhir.Tests;

/// <summary>Conversions of units that patients meet.</summary>
public sealed class UnitsTests
{
    [Theory]
    [InlineData("181", "[lb_av]", "kg", "82.1002")]
    [InlineData("12", "[stone_av]", "kg", "76.2035")]
    [InlineData("1", "[lb_av]", "[oz_av]", "16")]
    [InlineData("1", "[stone_av]", "[lb_av]", "14")]
    [InlineData("70", "[in_i]", "cm", "177.8")]
    [InlineData("6", "[ft_i]", "m", "1.8288")]
    [InlineData("1", "[mi_i]", "km", "1.6093")]
    [InlineData("98.6", "[degF]", "Cel", "37")]
    [InlineData("-40", "Cel", "[degF]", "-40")]
    [InlineData("310.15", "K", "Cel", "37")]
    [InlineData("100", "kcal", "kJ", "418.4")]
    [InlineData("250", "[Cal]", "kcal", "250")]
    [InlineData("120", "mm[Hg]", "kPa", "15.9986")]
    [InlineData("18", "km/h", "m/s", "5")]
    [InlineData("1", "Hz", "/min", "60")]
    [InlineData("1.5", "h", "min", "90")]
    [InlineData("1", "g/dL", "g/L", "10")]
    public void A_value_in_one_unit_is_this_in_another(string value, string from, string to, string expected) => Check(value, from, to, null, expected);

    [Theory]
    [InlineData("2339-0", "100", "mg/dL", "mmol/L", "5.5507")]
    [InlineData("2093-3", "200", "mg/dL", "mmol/L", "5.1726")]
    [InlineData("2571-8", "150", "mg/dL", "mmol/L", "1.6941")]
    [InlineData("2160-0", "1", "mg/dL", "umol/L", "88.4017")]
    [InlineData("3094-0", "14", "mg/dL", "mmol/L", "4.9975")]
    [InlineData("22664-7", "5", "mmol/L", "mg/dL", "30.028")]
    [InlineData("3084-1", "6", "mg/dL", "umol/L", "356.9092")]
    [InlineData("1975-2", "1", "mg/dL", "umol/L", "17.1028")]
    [InlineData("17861-6", "10", "mg/dL", "mmol/L", "2.4951")]
    [InlineData("718-7", "14", "g/dL", "mmol/L", "8.6878")]
    [InlineData("4548-4", "7", "%", "mmol/mol", "52.9952")]
    [InlineData("59261-8", "53", "mmol/mol", "%", "7.0004")]
    public void A_concentration_of_an_analyte_is_this_in_another(string loinc, string value, string from, string to, string expected) => Check(value, from, to, Analyte.OfLoinc(loinc), expected);

    [Theory]
    [InlineData("mg/dL", "mmol/L")]
    [InlineData("kg", "m")]
    [InlineData("%", "mg/dL")]
    [InlineData("furlong", "m")]
    public void What_measures_something_else_does_not_become_it(string from, string to) => Assert.Null(Units.Convert(1, from, to));

    [Fact]
    public void There_and_back_is_where_it_began()
    {
        (string From, string To, Analyte? Analyte)[] pairs =
        [
            ("[lb_av]", "kg", null), ("[degF]", "Cel", null), ("K", "[degF]", null), ("mm[Hg]", "kPa", null), ("[mi_i]", "km", null), ("kJ", "kcal", null), ("[ft_i]", "cm", null), ("mg/dL", "mmol/L", Analyte.Glucose),
            ("mg/dL", "umol/L", Analyte.Creatinine), ("g/dL", "mmol/L", Analyte.Hemoglobin), ("%", "mmol/mol", Analyte.GlycatedHemoglobin),
        ];
        var random = new Random(17);
        foreach (var (from, to, analyte) in pairs)
        {
            for (var i = 0; i < 200; i++)
            {
                var value = Math.Round((decimal)(random.NextDouble() * Math.Pow(10, random.Next(-3, 6))), 4);
                var back = Units.Convert(Units.Convert(value, from, to, analyte)!.Value, to, from, analyte)!.Value;
                Assert.Equal(value, Math.Round(back, 12));
            }
        }
    }

    [Theory]
    [InlineData("lbs", "[lb_av]")]
    [InlineData("°F", "[degF]")]
    [InlineData("bpm", "/min")]
    [InlineData("mmHg", "mm[Hg]")]
    [InlineData("mg/dl", "mg/dL")]
    [InlineData("MMOL/L", "mmol/L")]
    [InlineData("Cal", "kcal")]
    [InlineData("cal", "cal")]
    [InlineData("kg", "kg")]
    [InlineData("st", "[stone_av]")]
    [InlineData("C", "Cel")]
    [InlineData("wibble", null)]
    public void What_people_write_is_this_in_UCUM(string written, string? ucum) => Assert.Equal(ucum, Units.CodeOf(written));

    [Fact]
    public void Numbers_beyond_decimals_are_none() => Assert.Null(Units.Convert(decimal.MaxValue, "mol/L", "nmol/L"));

    private static void Check(string value, string from, string to, Analyte? analyte, string expected) => Assert.Equal(
        decimal.Parse(expected, CultureInfo.InvariantCulture), Math.Round(Units.Convert(decimal.Parse(value, CultureInfo.InvariantCulture), from, to, analyte)!.Value, 4));
}
