namespace Rapport.People.Tests;

public sealed class LicenceTests
{
    // The first two are the standard's own example and a computed one; the others are made up to fit.
    [Theory]
    [InlineData(LicenceKind.Npi, "1234567893", "1234567893")]
    [InlineData(LicenceKind.Npi, " 1234 567 893", "1234567893")]
    [InlineData(LicenceKind.Lanr, "123456601", "123456601")]
    [InlineData(LicenceKind.Rpps, "10000000017", "10000000017")]
    [InlineData(LicenceKind.Gmc, "7000000", "7000000")]
    [InlineData(LicenceKind.Big, "19000000001", "19000000001")]
    [InlineData(LicenceKind.Other, " AB 12/3 ", "AB 12/3")]
    public void A_number_that_fits_is_taken_in_its_normal_form(LicenceKind kind, string typed, string number)
    {
        Licence? licence = Licence.Read(kind, typed, out string? problem);
        Assert.Null(problem);
        Assert.Equal(new Licence(kind, number), licence);
    }

    [Theory]
    [InlineData(LicenceKind.Npi, "1234567890")]
    [InlineData(LicenceKind.Npi, "123456789")]
    [InlineData(LicenceKind.Npi, "3234567893")]
    [InlineData(LicenceKind.Npi, "12345678９3")]
    [InlineData(LicenceKind.Lanr, "123456701")]
    [InlineData(LicenceKind.Rpps, "10000000011")]
    [InlineData(LicenceKind.Gmc, "700000A")]
    [InlineData(LicenceKind.Big, "")]
    [InlineData(LicenceKind.Other, " ")]
    [InlineData((LicenceKind)99, "1")]
    public void A_number_that_does_not_fit_is_refused_with_a_reason(LicenceKind kind, string typed)
    {
        Assert.Null(Licence.Read(kind, typed, out string? problem));
        Assert.NotNull(problem);
    }

    /// <summary>Luhn finds them all; the digit of a LANR, with its weight of 4, does not.</summary>
    [Fact]
    public void Of_a_number_with_a_check_digit_each_wrong_digit_is_found()
    {
        foreach ((LicenceKind kind, string number, int checkedDigits) in new[] { (LicenceKind.Npi, "1234567893", 10), (LicenceKind.Rpps, "10000000017", 11) })
        {
            for (var at = 0; at < checkedDigits; at++)
            {
                for (var digit = '0'; digit <= '9'; digit++)
                {
                    string other = number[..at] + digit + number[(at + 1)..];
                    Assert.Equal(other == number, Licence.Read(kind, other, out _) is not null);
                }
            }
        }
    }
}
