"""What every door of the product needs, whatever it speaks: who asks, may they, one transaction, errors, limits.

A door is a layer through which people or programs come in: the portal is one, with pages. Nothing here knows pages, forms
or cookies. A door says who asks (`access.act_as`), guards its views with `access.allow`, opens a unit of work with
`transactions.reading` or `working`, checks input with `validation.validated` and answers errors with `problems.install`.
"""
